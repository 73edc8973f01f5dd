import { STATUS_CODES, type Server } from 'node:http';
import type { Answer } from './answer.ts';
import { problem } from './problem.ts';
import { problemTypes } from '../../api/problems.ts';

const problems: ReadonlyMap<string | undefined, Answer> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', problem(problemTypes.requestTimeout, 'Send the whole request faster')],
  ['HPE_HEADER_OVERFLOW', problem(problemTypes.headersTooLarge, 'Send fewer or shorter header fields')],
]);
const malformed = problem(problemTypes.brokenRequest, 'The request line or a header field is malformed');

/** What Node's parser refuses never reaches the application; the client gets a problem all the same. */
export const rejectsBrokenRequests = (server: Server): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, body } = problems.get(error.code) ?? malformed;
    const content = JSON.stringify(body);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
    );
  });
};
