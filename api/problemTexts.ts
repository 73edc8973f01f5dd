import type { ProblemName } from './problems.ts';

/** What a problem type means, and what whoever meets it should do: shown at its URI and in the interface's description. */
export interface ProblemText {
  readonly meaning: string;
  readonly remedy: string;
}

export const problemTexts: Readonly<Record<ProblemName, ProblemText>> = {
  brokenRequest: {
    meaning: 'What arrived could not be read as a request of HTTP/1.1: its first line or a header field is malformed.',
    remedy: 'Send it by an HTTP library, and look for line breaks or control characters in header values.',
  },
  malformedBody: {
    meaning: 'The body is not a JSON text in UTF-8, or it ended before it was complete.',
    remedy: 'The detail says where it broke. Send JSON as made by a JSON library.',
  },
  invalidPosition: {
    meaning:
      'The value of `after`, or of `Last-Event-ID`, is no position in the log, or one that the log has not reached.',
    remedy:
      'Send it as you got it: from the `Log-Position` of an answer, the `position` of its body, or the `id` of an event. ' +
      'If you did, the log is another one than before, as after a backup was put back: forget the position, and read anew.',
  },
  invalidQuery: {
    meaning: 'A parameter of the query is not as documented, or not known at all; `errors` points to each.',
    remedy:
      'Correct each of them as its detail says. A cursor is only good for the list that gave it, as it gave it, with the ' +
      'same `status`.',
  },
  invalidIdempotencyKey: {
    meaning: 'An Idempotency-Key is 1 to 255 visible ASCII characters, in quotes or bare, and comes once.',
    remedy: 'Make a key for each thing that you want, such as a random UUID, and keep it over your retries.',
  },
  unauthorized: {
    meaning:
      'No token came along, or one that is malformed, expired, signed by somebody else, or meant for another service.',
    remedy: 'Get a new token from your issuer, and send it as `Authorization: Bearer …`.',
  },
  missingRole: {
    meaning: 'The token is valid, but the list `roles` in it lacks the role that this needs.',
    remedy: 'The detail names the role. Ask whoever issues your tokens for it.',
  },
  foreignUser: {
    meaning:
      'The `userId` of the order is not that of the token. Everybody orders for themselves only, whatever their role.',
    remedy: 'Send the `sub` of your token as the `userId`.',
  },
  unknownPath: {
    meaning: 'No operation has this path.',
    remedy: 'Compare it with those at /docs, letter by letter; a slash at the end makes another path.',
  },
  orderNotFound: {
    meaning: 'There is no order of this id, or it is not yours, or it was placed a moment ago and is not shown yet.',
    remedy: 'Right after placing it, ask with `?after=` and the position that you got: then it is waited for.',
  },
  depositNotFound: {
    meaning:
      'There is no deposit of this id, or you may not see it, or it was placed a moment ago and is not shown yet.',
    remedy: 'Right after placing it, ask with `?after=` and the position that you got: then it is waited for.',
  },
  walletNotFound: {
    meaning: 'A wallet is named by a currency, and there is none of this name.',
    remedy: 'Name it by its ISO 4217 code in capitals, such as /wallets/EUR.',
  },
  profileNotFound: {
    meaning: 'No name and address were ever saved for this user. Orders work without, but no letter can be sent.',
    remedy: 'PUT a profile to /profile.',
  },
  methodNotAllowed: {
    meaning: 'There is something at this path, but it does not take this method.',
    remedy: 'Use one of the methods that the header Allow names.',
  },
  requestTimeout: {
    meaning: 'The request was begun, but not sent whole in time; the connection is closed.',
    remedy: 'Send it again, and all of it at once. Nothing of it was done.',
  },
  bodyTooLarge: {
    meaning: 'The body is larger than anything that could be accepted here. Nothing of it was done.',
    remedy: 'The detail says how many bytes there may be: send less at once.',
  },
  unsupportedMediaType: {
    meaning: 'The body is not declared as JSON, or it is compressed.',
    remedy: 'Send `Content-Type: application/json`, and no Content-Encoding.',
  },
  invalidInput: {
    meaning: 'The body is JSON, but breaks a rule. Nothing of it was done.',
    remedy:
      '`errors` has a JSON pointer to every fault and what is expected there: correct them all, and send it again.',
  },
  idempotencyKeyReused: {
    meaning: 'You sent this Idempotency-Key before, with a body that asked for something else. Nothing was done now.',
    remedy: 'What the key stands for is at the Location of this answer. For a new request take a new key.',
  },
  tooManyRequests: {
    meaning: 'You, or those who share your address, have used up what may be asked for in a short time.',
    remedy: 'Wait for the seconds that Retry-After says. The header RateLimit tells beforehand how much is left.',
  },
  headersTooLarge: {
    meaning: 'The header fields are together larger than is read here.',
    remedy: 'Send fewer or shorter ones; mostly it is a token with too much in it, or many cookies.',
  },
  internal: {
    meaning: 'Something went wrong that should not. It was logged.',
    remedy: 'Trying again may help. Tell the operators the X-Request-Id of this answer: it is in the log.',
  },
  overloaded: {
    meaning:
      'There is more to do than can be done in good time, so the request was turned away. Nothing of it was done.',
    remedy: 'Send it again after the seconds that Retry-After says, then ever later.',
  },
  outcomeUnknown: {
    meaning: 'The event store took the request, perhaps, but gave no answer: it may be done, or not.',
    remedy:
      'With an Idempotency-Key, send it again with the same key: it is taken once only. Without one, look at the Location ' +
      'of this answer first, for a while, and send it again only if nothing shows up there.',
  },
  unavailable: {
    meaning:
      'Something that this needs does not answer: the event store, the database of the read models, the profiles service, or the ' +
      'token issuer. Nothing was done, except that a profile to be saved may have been.',
    remedy: 'Send it again after the seconds that Retry-After says: that does no harm in any case.',
  },
  readModelBehind: {
    meaning: 'You asked to see the state `after` a position, and it is not shown yet: `position` says how far it is.',
    remedy: 'Ask again, with a longer `Prefer: wait`, or without `after` to see what is shown now.',
  },
};
