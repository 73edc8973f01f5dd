import type * as t from 'io-ts';

/** Keywords of JSON Schema 2020-12 that say which values are accepted. */
export interface ValueSchema {
  readonly type?: 'string' | 'integer' | 'array';
  /** For people; also says what no other keyword can. */
  readonly description?: string;
  readonly pattern?: string;
  readonly enum?: ReadonlyArray<string>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What a codec made by hand says of itself. */
export interface Description {
  readonly schema: ValueSchema;
  /** The codec that it adds its rules to. */
  readonly of?: t.Mixed;
}

/**
 * A codec made by hand, with what it accepts as data beside it: its function cannot be looked into, and the published
 * documents are produced from codecs.
 */
export const described = <Codec extends t.Mixed>(
  codec: Codec,
  schema: ValueSchema,
  of?: t.Mixed,
): Codec & Description => Object.assign(codec, { schema, of });

export const isDescribed = (codec: t.Mixed): codec is t.Mixed & Description => 'schema' in codec;
