/** The medium refused to store, for instance because the disk is full. What was stored before can still be read. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

/** The data folder cannot be used: foreign, torn, or in use. The message says what was found and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}
