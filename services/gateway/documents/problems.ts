import { problemTexts } from '../../../api/problemTexts.ts';
import { problemTypes, type Problem, type ProblemName } from '../../../api/problems.ts';
import type { HeaderName } from './headers.ts';
import type { Access, Operation } from './operation.ts';
import { parameterOf } from './parameters.ts';

/** What any request may meet, whatever it asks for. */
export const general: ReadonlyArray<ProblemName> = [
  'brokenRequest',
  'requestTimeout',
  'tooManyRequests',
  'headersTooLarge',
  'internal',
  'overloaded',
];

const ofLimits: ReadonlyArray<ProblemName> = ['tooManyRequests', 'overloaded'];

/** Those of the general ones that an operation may meet. */
export const generalOf = ({ isExempt = false }: Operation): ReadonlyArray<ProblemName> =>
  isExempt ? general.filter((name) => !ofLimits.includes(name)) : general;

/** What only those meet who ask for something that is not there. */
export const elsewhere: ReadonlyArray<ProblemName> = ['unknownPath', 'methodNotAllowed'];

/** Whoever is known is told, too, what their query holds that is not known. */
const ofTokens: ReadonlyArray<ProblemName> = ['unauthorized', 'unavailable', 'invalidQuery'];

const ofAccess = (access: Access): ReadonlyArray<ProblemName> => {
  if (typeof access !== 'string') return [...ofTokens, 'missingRole'];
  switch (access) {
    case 'anybody':
      return [];
    case 'token':
    case 'ticket':
      return ofTokens;
  }
};

const ofBodies: ReadonlyArray<ProblemName> = ['malformedBody', 'bodyTooLarge', 'unsupportedMediaType', 'invalidInput'];

/** All that an operation may meet beside the general ones: its own, and those that follow from what it takes. */
export const problemsOf = (operation: Operation): ReadonlyArray<ProblemName> => [
  ...new Set([
    ...ofAccess(operation.access),
    ...(operation.body === undefined ? [] : ofBodies),
    ...(operation.parameters ?? []).flatMap((name) => parameterOf(name).problems ?? []),
    ...(operation.problems ?? []),
  ]),
];

/** Headers with which a problem always comes. */
export const headersOf: { readonly [Name in ProblemName]?: ReadonlyArray<HeaderName> } = {
  unauthorized: ['WWW-Authenticate'],
  tooManyRequests: ['Retry-After'],
  overloaded: ['Retry-After'],
  unavailable: ['Retry-After'],
  outcomeUnknown: ['Location'],
  idempotencyKeyReused: ['Location'],
};

/** Last part of a problem type's URI. */
export const slugOf = (name: ProblemName): string => problemTypes[name].type.replace('/problems/', '');

export const exampleOf = (name: ProblemName): Problem => ({
  ...problemTypes[name],
  detail: problemTexts[name].meaning,
  ...(name === 'invalidInput' && {
    errors: [{ pointer: '/items/0/quantity', detail: 'must be a positive whole number, at most 9007199254740991' }],
  }),
});
