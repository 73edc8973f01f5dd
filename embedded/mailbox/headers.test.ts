import { describe, expect, it } from '@jest/globals';
import { header, headOf } from './headers.ts';

const source = Buffer.from(
  [
    'Subject: X-Order-Id: no',
    'x-ORDER-id:',
    '\tthe-',
    ' id',
    'Empty:',
    'Message-ID: <1@x>',
    'Message-ID: <2@x>',
    '',
    'X-Body: no',
  ].join('\r\n'),
);

describe('headers of a letter', () => {
  it('end at the first empty line', () => {
    expect(headOf(source).toString()).toMatch(/<2@x>\r\n\r\n$/);
    expect(header(headOf(source), 'X-Body')).toBeUndefined();
  });

  it('are found in any case, folded or not', () => {
    expect(header(source, 'X-Order-Id')).toBe('the- id');
    expect(header(source, 'Empty')).toBe('');
  });

  it('count once, the first time', () => {
    expect(header(source, 'Message-ID')).toBe('<1@x>');
  });

  it('are cut when they never end', () => {
    expect(headOf(Buffer.alloc(1_000_000, 'x'))).toHaveLength(64 * 1024);
  });
});
