import type { StrategyName } from './engine/strategies.ts';

/** What a group can be told, in the protocol's units. Zero in `maxSubscriberCount` means no bound. */
export interface GroupSettings {
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly historyBufferSize: number;
  readonly readBatchSize: number;
  readonly strategy: StrategyName;
}

/**
 * Why the settings are refused, in the real server's words, or undefined when they are not. Nearly everything is
 * accepted; a batch that could never fit into the buffer is not.
 */
export const refusalOf = (settings: GroupSettings): string | undefined =>
  settings.readBatchSize >= settings.historyBufferSize
    ? 'Specified argument was out of the range of valid values. ' +
      "(Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
    : undefined;
