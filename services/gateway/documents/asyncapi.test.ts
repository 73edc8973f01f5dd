import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { startTestStore } from '../../../tests/fixtures/eventStore.ts';
import { createJudge } from '../../../tests/fixtures/jsonSchema.ts';
import { start as startBilling } from '../../billing/billing.ts';
import { start as startNotifications } from '../../notifications/notifications.ts';
import { start as startOrders } from '../../orders/orders.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { receivers } from './participants.ts';

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument();

  it('is valid AsyncAPI 3.0', async () => {
    const found = await new Parser().validate(JSON.stringify(document));
    expect(found.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
  });

  it('has examples of every message, as its schemas have it', () => {
    const judge = createJudge(document.components.schemas);
    for (const { headers, payload, examples } of Object.values(document.components.messages)) {
      expect(examples).not.toEqual([]);
      for (const example of examples) {
        expect(judge(headers, example.headers)).toEqual([]);
        expect(judge(payload, example.payload)).toEqual([]);
      }
    }
  });

  it('names as receiver of a topic the service that handles it', async () => {
    const { store: eventStore, stop } = await startTestStore();
    const away = { profilesUrl: 'http://127.0.0.1:1', smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'a@example.com' };
    const services = {
      orders: await startOrders({ eventStore }),
      billing: await startBilling({ eventStore }),
      notifications: await startNotifications({ eventStore, serviceToken: 'a-token', ...away }),
    };
    const handled = Object.entries(services).flatMap(([name, service]) =>
      Object.keys(service.health()).map((topic) => [topic, name]),
    );
    await Promise.all(Object.values(services).map((service) => service.stop()));
    await stop();
    expect(Object.fromEntries(handled)).toEqual(receivers);
  });
});
