/**
 * Something the user can put right, said in full by its message: shown without a stack trace, exit code 1.
 * Anything else that is thrown is a defect of ours and shown with its stack.
 */
export class Failure extends Error {}
