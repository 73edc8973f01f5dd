import type { Tag } from './operation.ts';

const description = `
Orders that move by events: what you ask for is taken at once, and done a moment later.

- **Amounts** are whole numbers of minor units: 2550 of EUR is 25.50 €.
- **Positions**: every answer says in \`Log-Position\` which position of the log it shows. Send it as \`after\`, and what you
  read is at least as new.
- **Waiting**: \`Prefer: wait=10\` lets an answer wait until it is settled.
- **Ordering once**: an \`Idempotency-Key\` makes it safe to send a request again.
- **Watching**: event streams tell every step as it happens. As an EventSource can send no header, \`POST /tickets\` gives
  a ticket for the query.
- **Names that are not known** in a query are refused, as they are mostly typos; in a body they are ignored.
- **Problems** are told by RFC 9457: \`type\` is a link to what it means and what to do. Paths that are not here answer 404,
  methods that are not here 405; wherever there is a GET, there is a HEAD.
- **Every request** may carry an \`X-Request-Id\`, which is in the answer and in the log, and a W3C \`traceparent\`. Headers
  \`RateLimit\` and \`RateLimit-Policy\` of the answer say how much you may still ask for.

Which messages the services exchange behind it is [described as well](/docs/topics).
`.trim();

export const introduction = {
  info: {
    title: 'orderflow',
    version: '1.0.0',
    summary: 'An order system that talks only through events.',
    description,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  externalDocs: { url: '/asyncapi.json', description: 'Topics and messages, as AsyncAPI' },
};

const about: Readonly<Record<Tag, string>> = {
  Orders: 'Place orders, and follow them.',
  Money: 'What you hold, what moved it, and how more gets in.',
  Reports: 'What happened, added up: for operators and auditors.',
  Audit: 'What happened, from the event log itself: for auditors.',
  Profile: 'Where letters go.',
  Operation: 'For whoever runs the gateway.',
  Documents: 'How the interface is used.',
};

export const tags = Object.entries(about).map(([name, description]) => ({ name, description }));
