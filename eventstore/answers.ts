import { ErrorType, isCommandError } from '@eventstore/db-client';

/**
 * Errors by which the server answers a request, as opposed to those which say that no answer came. Being denied access is
 * not among them: that is about our credentials, never about a message.
 */
const answers: ReadonlySet<ErrorType> = new Set([
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.NO_STREAM,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.STREAM_DELETED,
  ErrorType.WRONG_EXPECTED_VERSION,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
  ErrorType.PERSISTENT_SUBSCRIPTION_FAILED,
  ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST,
  ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS,
  ErrorType.PERSISTENT_SUBSCRIPTION_DROPPED,
  ErrorType.MAXIMUM_SUBSCRIBERS_REACHED,
  ErrorType.UNSUPPORTED,
]);

/** Whether the server answered; everything else (timeout, cancelled, unknown, not the leader …) leaves the outcome open. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && answers.has(error.type);
