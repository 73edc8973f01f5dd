import type * as t from 'io-ts';
import type { ProblemName } from '../../../api/problems.ts';
import type { Role } from '../caller.ts';
import type { HeaderName } from './headers.ts';
import type { ParameterName } from './parameters.ts';

/** Who may: anybody, whoever has a token, also whoever has a ticket in the query instead, or the holders of any of these roles. */
export type Access = 'anybody' | 'token' | 'ticket' | readonly [Role, ...Role[]];

/** What a body holds. */
export interface Content {
  /** JSON unless said otherwise. */
  readonly type?: string;
  readonly codec?: t.Mixed;
  /** What the data of each event are, in a stream of server-sent events. */
  readonly eventData?: t.Mixed;
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** One way in which an operation answers. */
export interface Documented {
  readonly description: string;
  /** Headers that always come, beside those of every answer. */
  readonly headers?: ReadonlyArray<HeaderName>;
  /** Headers that may come. */
  readonly maybe?: ReadonlyArray<HeaderName>;
  readonly content?: Content;
  /** Whether it is also told as a page to whoever accepts HTML. */
  readonly hasPage?: boolean;
}

export type Tag = 'Orders' | 'Money' | 'Reports' | 'Audit' | 'Profile' | 'Operation' | 'Documents';

/** One thing that the gateway does, as clients are told of it. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put';
  /** With its parameters in braces. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** Beside those of the path. */
  readonly parameters?: ReadonlyArray<ParameterName>;
  readonly body?: Content;
  readonly answers: Readonly<Record<number, Documented>>;
  /** Beside those that follow from who may, from the parameters, and from there being a body. */
  readonly problems?: ReadonlyArray<ProblemName>;
  /** Whether it is answered however much there is to do, and whoever asks. */
  readonly isExempt?: boolean;
}
