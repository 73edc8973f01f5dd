import { createSchemas, type Schemas } from '../../../api/schema.ts';
import { events, type EventType } from '../../../domain/events.ts';
import { history } from '../../../domain/examples.ts';
import { Metadata } from '../../../domain/metadata.ts';
import { filterOf, topicNames, topics, type TopicName } from '../../../domain/topics.ts';
import { messageTexts, topicTexts } from './messageTexts.ts';
import { about, receivers, senders, type Participant } from './participants.ts';

const redrive = 'RedriveRequested';

/** What may come on a topic: its own events, and that somebody had one of them handled again. */
const messagesOn = (topic: TopicName): ReadonlyArray<MessageType> => [...topics[topic].events, redrive];

/** Events that go out on topics. */
export type MessageType = (typeof topics)[TopicName]['events'][number] | typeof redrive;

const messageTypes: ReadonlyArray<MessageType> = [...new Set(topicNames.flatMap(messagesOn))];

export const senderOf = (type: EventType): Participant => senders[events[type].category];

const refTo = (...path: ReadonlyArray<string>) => ({ $ref: `#/${path.join('/')}` });

export const examplesOf = (type: MessageType) =>
  history.filter((event) => event.type === type).map(({ metadata, data }) => ({ headers: metadata, payload: data }));

const messageOf = (schemas: Schemas, type: MessageType) => ({
  name: type,
  title: type,
  summary: messageTexts[type],
  contentType: 'application/json',
  headers: schemas.of(Metadata),
  payload: schemas.of(events[type].codec),
  correlationId: { location: '$message.header#/$correlationId', description: 'Id of the order or deposit.' },
  tags: [{ name: senderOf(type) }],
  examples: examplesOf(type),
});

const channelOf = (topic: TopicName) => ({
  address: topic,
  summary: topicTexts[topic],
  messages: Object.fromEntries(messagesOn(topic).map((type) => [type, refTo('components', 'messages', type)])),
  // How it is kept: times in milliseconds.
  'x-persistent-subscription': { stream: '$all', group: topic, filter: filterOf(topic), ...topics[topic].settings },
});

const operation = (
  action: 'send' | 'receive',
  who: Participant,
  topic: TopicName,
  types: ReadonlyArray<MessageType>,
) => ({
  action,
  channel: refTo('channels', topic),
  summary: `${who} ${action}s ${types.join(', ')}.`,
  tags: [{ name: who }],
  messages: types.map((type) => refTo('channels', topic, 'messages', type)),
});

/** Who sends and who receives on a topic, as operations by their names. */
const operationsOn = (topic: TopicName) => {
  const types = messagesOn(topic);
  const whoSends = [...new Set(types.map(senderOf))];
  const receiver = receivers[topic];
  return [
    ...whoSends.map((who) => {
      const sent = types.filter((type) => senderOf(type) === who);
      return [`${who}.sends.${topic}`, operation('send', who, topic, sent)] as const;
    }),
    [`${receiver}.receives.${topic}`, operation('receive', receiver, topic, types)] as const,
  ];
};

const description = `
The event in its owner's stream is the message: a topic is a persistent subscription to \`$all\`, filtered by the types of
its events, and its group has the topic's name. Delivery is at least once, in any order; every event's metadata say what
caused it. Payloads grow: ignore members that you do not know.

The HTTP interface is described [as well](/docs), as OpenAPI at /openapi.json.
`.trim();

/** The AsyncAPI 3.0 document of the topics. https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export const asyncApiDocument = () => {
  const schemas = createSchemas();
  const messages = Object.fromEntries(messageTypes.map((type) => [type, messageOf(schemas, type)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'orderflow',
      version: '1.0.0',
      description,
      license: { name: 'MIT' },
      tags: Object.entries(about).map(([name, text]) => ({ name, description: text })),
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topicNames.map((topic) => [topic, channelOf(topic)])),
    operations: Object.fromEntries(topicNames.flatMap(operationsOn)),
    components: { messages, schemas: schemas.named() },
  };
};
