import { describe, expect, it } from '@jest/globals';
import { pianoCancelled, teapotsPaid } from '../../domain/order/examples.ts';
import { letterFor, write } from './letter.ts';

describe('letter', () => {
  it('of happiness names the order, its lines, the total and the operation', () => {
    const { subject, text, html } = write(teapotsPaid, 'Alice');
    expect(letterFor(teapotsPaid)).toBe('happiness');
    expect(subject).toBe(`Your order ${teapotsPaid.data.orderId} is paid`);
    for (const body of [text, html]) {
      expect(body).toContain(teapotsPaid.data.orderId);
      expect(body).toContain('darjeeling 100 g');
      expect(body).toContain('25.50 EUR');
      expect(body).toContain('55.00 EUR');
      expect(body).toContain(teapotsPaid.data.operationId);
    }
  });

  it('of sorrow names the order, its lines, the total and the reason', () => {
    const { subject, text, html } = write(pianoCancelled, 'Alice');
    expect(letterFor(pianoCancelled)).toBe('sorrow');
    expect(subject).toBe(`Your order ${pianoCancelled.data.orderId} was cancelled`);
    for (const body of [text, html]) {
      expect(body).toContain('piano');
      expect(body).toContain('9000.00 EUR');
      expect(body).toContain('not enough money in your wallet');
    }
  });

  it('shows what people wrote as text, never as markup', () => {
    const { html, text } = write(
      { ...teapotsPaid, data: { ...teapotsPaid.data, items: [{ sku: '<img src=x>', quantity: 1, unitPrice: 1 }] } },
      `"Bobby" <b>&'`,
    );
    expect(html).toContain('&lt;img src=x&gt;');
    expect(html).toContain('Dear &quot;Bobby&quot; &lt;b&gt;&amp;&#39;,');
    expect(text).toContain('Dear "Bobby" <b>&\',');
  });
});
