import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { problem } from './problem.ts';
import { problemTypes } from '../../api/problems.ts';

const problems: ReadonlyMap<string | undefined, Answer> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', problem(problemTypes.requestTimeout, 'Send the whole request faster')],
  ['HPE_HEADER_OVERFLOW', problem(problemTypes.headersTooLarge, 'Send fewer or shorter header fields')],
]);
const malformed = problem(problemTypes.brokenRequest, 'The request line or a header field is malformed');
const noHost = problem(problemTypes.brokenRequest, 'A request of HTTP/1.1 must have the header field Host');

const type = 'application/problem+json';

/** Answers whether a request names its host, or has told that it must (RFC 9112, section 3.2). Node would say no word. */
export const namesHost = ({ httpVersion, headers }: IncomingMessage, response: ServerResponse): boolean => {
  if (httpVersion !== '1.1' || headers.host !== undefined) return true;
  const { status, body } = noHost;
  response.writeHead(status, { Connection: 'close', 'Content-Type': type }).end(JSON.stringify(body));
  return false;
};

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
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${type}\r\n` +
        `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
    );
  });
};
