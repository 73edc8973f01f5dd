import { ProblemType } from '../../../../api/answers.ts';
import * as examples from '../../../../api/examples.ts';
import type { Content, Operation } from '../operation.ts';

const conditional = (description: string, content: Content, hasPage = false): Operation['answers'] => ({
  200: { description, headers: ['ETag'], content, hasPage },
  304: { description: 'It is as you have it.', headers: ['ETag'] },
});

const page = { type: 'text/html' };
const json = { type: 'application/json' };

/** How the interface is used, as the interface itself tells it. */
export const documentOperations: ReadonlyArray<Operation> = [
  {
    id: 'openApi',
    method: 'get',
    path: '/openapi.json',
    tag: 'Documents',
    summary: 'This description, as OpenAPI 3.1',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional('An OpenAPI document.', json),
  },
  {
    id: 'asyncApi',
    method: 'get',
    path: '/asyncapi.json',
    tag: 'Documents',
    summary: 'The topics and messages by which the services work, as AsyncAPI 3.0',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional('An AsyncAPI document.', json),
  },
  {
    id: 'readDocs',
    method: 'get',
    path: '/docs',
    tag: 'Documents',
    summary: 'Read and try this in a browser',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional('A page.', page),
  },
  {
    id: 'readTopics',
    method: 'get',
    path: '/docs/topics',
    tag: 'Documents',
    summary: 'Read about topics and messages in a browser',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional('A page.', page),
  },
  {
    id: 'readFile',
    method: 'get',
    path: '/docs/{file}',
    tag: 'Documents',
    summary: 'What the pages are made of',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional('A style sheet, a script or a picture.', { type: '*/*' }),
    problems: ['unknownPath'],
  },
  {
    id: 'showProblemType',
    method: 'get',
    path: '/problems/{name}',
    tag: 'Documents',
    summary: 'Say what a problem type means, and what to do',
    access: 'anybody',
    parameters: ['If-None-Match'],
    answers: conditional(
      'The problem type.',
      { codec: ProblemType, examples: { orderNotFound: examples.orderNotFound } },
      true,
    ),
    problems: ['unknownPath'],
  },
];
