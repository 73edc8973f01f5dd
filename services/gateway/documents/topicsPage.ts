import { filterOf, topicNames, topics, type TopicName } from '../../../domain/topics.ts';
import { examplesOf, senderOf, type MessageType } from './asyncapi.ts';
import { html, type Html } from './html.ts';
import { layout } from './layout.ts';
import { messageTexts, topicTexts } from './messageTexts.ts';
import { receivers } from './participants.ts';

const message = (type: MessageType): Html =>
  html`<h3>${type}</h3>
    <p>${messageTexts[type]} <span class="faint">Sent by ${senderOf(type)}.</span></p>
    <details>
      <summary>Example</summary>
      <pre>${JSON.stringify(examplesOf(type)[0], null, 2)}</pre>
    </details>`;

const topic = (name: TopicName): Html => {
  const { messageTimeout, inFlight } = topics[name].settings;
  return html`<section id="${name}">
    <h2>${name}</h2>
    <p>${topicTexts[name]}</p>
    <dl>
      <dt>Received by</dt>
      <dd>${receivers[name]}</dd>
      <dt>Filter</dt>
      <dd><code>${filterOf(name)}</code></dd>
      <dt>Delivered again</dt>
      <dd>after ${messageTimeout / 1_000} s without an answer</dd>
      <dt>In flight</dt>
      <dd>${inFlight} at a consumer</dd>
    </dl>
    ${topics[name].events.map(message)}
  </section>`;
};

/** The topics, for people; the AsyncAPI document says the same to programs. */
export const topicsPage = (): string =>
  layout(
    'orderflow: topics and messages',
    html`<main>
      <h1>Topics and messages</h1>
      <p>
        The event in its owner's stream is the message: a topic is a persistent subscription to <code>$all</code>,
        filtered by the types of its events. All schemas are in <a href="/asyncapi.json">the AsyncAPI document</a>.
      </p>
      ${topicNames.map(topic)}
      <section>
        <h2>Handled again</h2>
        <p>On every topic, and handled by the one that it names.</p>
        ${message('RedriveRequested')}
      </section>
    </main>`,
  );
