import type { EventLog } from '../log.ts';
import { refusalOf, type GroupSettings } from './settings.ts';
import { nameOf, parsePlace, parsePosition, type Source } from './source.ts';

/** Everything that makes a group: what is stored of it, and what it is rebuilt from. */
export interface GroupDefinition {
  readonly source: Source;
  readonly group: string;
  /** Where to begin, inclusive, as infos show it: `0`, `-1` (the end), `N`, or `C:x/P:y`. */
  readonly startFrom: string;
  readonly settings: GroupSettings;
}

/** Names a group, its subscriptions and its streams. */
export const keyOf = (definition: Pick<GroupDefinition, 'source' | 'group'>): string =>
  `${nameOf(definition.source)}::${definition.group}`;

/** Where the definition says to begin: a place of its source, inclusive, or its end. */
export const startOf = ({ source, startFrom }: GroupDefinition): bigint | 'end' => {
  const place = parsePlace(source, startFrom);
  return place < 0n ? 'end' : place;
};

/** Why a position to start from is refused, in the real server's words (`PersistentSubscriptionService.ValidateStartFrom`). */
const startRefusal = ({ source, startFrom }: GroupDefinition, log: EventLog): string | undefined => {
  if (source.kind === 'stream') return undefined;
  const { commit, prepare } = parsePosition(startFrom);
  if (prepare > commit) {
    return 'Invalid Start From position: prepare position must be less than or equal to the commit position.';
  }
  if (commit > 0n && commit >= log.end()) {
    return (
      'Invalid Start From position: commit position must be less than or equal to the last commit position ' +
      'in the transaction file.'
    );
  }
  return undefined;
};

/** Why the definition is refused, or undefined when it is not. */
export const definitionRefusal = (definition: GroupDefinition, log: EventLog): string | undefined =>
  startRefusal(definition, log) ?? refusalOf(definition.settings);
