import { describe, expect, it } from '@jest/globals';
import {
  DELETED,
  deletedMetadata,
  firstVisible,
  isSoftDeleted,
  metadataOf,
  parseMetadata,
  undeletedMetadata,
} from './streamMetadata.ts';

const parse = (text: string) => parseMetadata(Buffer.from(text));

describe('stream metadata', () => {
  it('keeps the mark of a soft delete exactly, where JSON.parse would round it', () => {
    expect(parseMetadata(deletedMetadata())).toMatchObject({ truncateBefore: DELETED });
    expect(isSoftDeleted(parseMetadata(deletedMetadata()))).toBe(true);
    expect(isSoftDeleted(parse('{"$tb":9223372036854775806}'))).toBe(false);
  });

  it('takes $tb from where it counts, not from custom fields', () => {
    expect(parse('{"mine":{"$tb":7},"$tb":3}').truncateBefore).toBe(3n);
    expect(parse('{"mine":{"$tb":7}}').truncateBefore).toBeUndefined();
  });

  it('ignores what is no positive whole number', () => {
    expect(parse('{"$maxCount":0,"$maxAge":-1}')).toEqual({});
    expect(parse('{"$maxCount":"5","$maxAge":1.5}')).toEqual({});
  });

  it.each(['', 'not json', '[1]', 'null'])('counts unreadable metadata as none: %p', (text) => {
    expect(parse(text)).toEqual({});
  });

  it('shows a metastream only its last event, whatever it says of itself', () => {
    expect(firstVisible(metadataOf('$$order-1', undefined), 4n)).toBe(4n);
  });

  it('shows events from the later one of $tb and $maxCount', () => {
    expect(firstVisible({ truncateBefore: 3n, maxCount: 2n }, 9n)).toBe(8n);
    expect(firstVisible({ truncateBefore: 9n, maxCount: 5n }, 9n)).toBe(9n);
    expect(firstVisible({}, 9n)).toBe(0n);
  });

  it('keeps all else when an append revives the stream', () => {
    expect(undeletedMetadata(Buffer.from('{"$tb":9223372036854775807,"$maxCount":5,"mine":1}'), 3n)?.toString()).toBe(
      '{"$tb":3,"$maxCount":5,"mine":1}',
    );
    expect(undeletedMetadata(Buffer.from('not json'), 3n)).toBeUndefined();
  });
});
