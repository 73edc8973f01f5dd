/** How a slot that is filled beside the live one comes along. */
export type Progress =
  | {
      readonly phase: 'filling';
      readonly slot: string;
      /** Where the slot stands, and where the live one does; -1 before the first event. */
      readonly position: bigint;
      readonly target: bigint;
      /** How much of the log up to `target` is in, by positions: 0 to 1. */
      readonly share: number;
      /** Events per second. */
      readonly rate: number;
      /** Milliseconds; undefined while nobody can tell. */
      readonly left: number | undefined;
    }
  /** What an earlier run has begun in the slot `left` is not gone on with: by another definition, or because it was asked for. */
  | { readonly phase: 'begun anew'; readonly slot: string; readonly left: string }
  /** Both stand at `position` and are compared. */
  | { readonly phase: 'comparing'; readonly slot: string; readonly position: bigint }
  /** Another instance fills the slot; this one takes over should that one die. */
  | { readonly phase: 'standing by'; readonly slot: string }
  /** Something is away: it goes on from where it stands as soon as that is back. */
  | { readonly phase: 'waiting'; readonly why: string };

export type OnProgress = (progress: Progress) => void;

/** Share of the positions up to `target` that lie behind `position`, 0 to 1. */
export const shareOf = (position: bigint, target: bigint): number =>
  target < 0n ? 1 : Math.min(1, Number(position + 1n) / Number(target + 1n));
