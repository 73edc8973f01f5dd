import { Metadata, status, type ServiceError } from '@grpc/grpc-js';

/**
 * Errors as the real server ends calls with them. The official client picks its error class from the `exception` trailer
 * and reads the other trailers unguarded, so none may be missing.
 * Source: `RpcExceptions.cs` of EventStoreDB 23.10.
 */
export const rpcError = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, ascii(value));
  return Object.assign(new Error(details), { name: 'RpcError', code, details, metadata });
};

/** Trailers carry printable ASCII without blanks at the ends; the rest is percent-encoded. */
const ascii = (value: string): string => value.replace(/[^\x20-\x7e]+|^ +| +$/gu, (text) => encodeURIComponent(text));

export const unavailable = (): ServiceError =>
  rpcError(status.UNAVAILABLE, 'Server Is Not Ready: the node is stopping');

export const invalidArgument = (details: string): ServiceError => rpcError(status.INVALID_ARGUMENT, details);

export const unknownError = (details: string): ServiceError => rpcError(status.UNKNOWN, details);

export const timeout = (what: string): ServiceError => rpcError(status.ABORTED, `Operation timed out: ${what}`);

export const streamDeleted = (stream: string): ServiceError =>
  rpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const wrongExpectedVersion = (
  operation: string,
  stream: string,
  expected: bigint,
  actual: bigint,
): ServiceError =>
  rpcError(
    status.FAILED_PRECONDITION,
    `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(expected),
      'actual-version': String(actual),
    },
  );

export const maximumAppendSizeExceeded = (maximum: number): ServiceError =>
  rpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximum} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximum),
  });

export const missingMetadataProperty = (property: string): ServiceError =>
  rpcError(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;

/** Any error as the end of a call: ours as they are, unreadable messages as INVALID_ARGUMENT, the rest as INTERNAL. */
export const toServiceError = (error: unknown): ServiceError => {
  if (isServiceError(error)) return error;
  if (error instanceof RangeError) return invalidArgument(error.message);
  return rpcError(status.INTERNAL, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
};
