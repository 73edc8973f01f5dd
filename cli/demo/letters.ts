import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { failure } from 'io-ts/lib/PathReporter.js';

/** A letter as the mailbox shows it. */
const Letter = t.type({
  id: t.number,
  from: t.string,
  to: t.array(t.string),
  subject: t.string,
  messageId: t.string,
  headers: t.type({ 'X-Order-Id': t.string, 'X-Order-Status': t.string }),
  text: t.string,
});
export type Letter = t.TypeOf<typeof Letter>;

/** Every letter in a mailbox, of whichever order, oldest first. @param mailbox its address. */
export const lettersIn = async (mailbox: string): Promise<ReadonlyArray<Letter>> => {
  const listed = await get(t.array(t.type({ id: t.number })), `${mailbox}/letters`);
  const letters = await Promise.all(listed.map(({ id }) => get(Letter, `${mailbox}/letters/${id}`)));
  return letters.sort((a, b) => a.id - b.id);
};

const get = async <A>(codec: t.Decoder<unknown, A>, url: string): Promise<A> => {
  const answer = await fetch(url);
  const decoded = codec.decode(await answer.json());
  if (E.isRight(decoded)) return decoded.right;
  throw new Error(`Expected letters at ${url}, found faults: ${failure(decoded.left).join('; ')}`);
};
