import { format } from '../../domain/money.ts';
import type { Letter } from '../../domain/notification/messages.ts';
import type { CancelReason, OrderUpdateMessage } from '../../domain/order/messages.ts';
import type { OrderLine } from '../../domain/orderRequest/messages.ts';

/** A letter as the mail server wants it. */
export interface LetterText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const reasons: Readonly<Record<CancelReason, string>> = {
  InsufficientFunds: 'there was not enough money in your wallet',
};

/** Which letter an update of an order asks for. */
export const letterFor = (message: OrderUpdateMessage): Letter => {
  switch (message.type) {
    case 'OrderPaid':
      return 'happiness';
    case 'OrderCancelled':
      return 'sorrow';
  }
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

interface News {
  readonly subject: string;
  readonly opening: string;
  readonly closing: string;
}

const newsOf = (message: OrderUpdateMessage): News => {
  const { orderId, currency, total } = message.data;
  const amount = format(total, currency);
  switch (message.type) {
    case 'OrderPaid':
      return {
        subject: `Your order ${orderId} is paid`,
        opening: `Good news: your order ${orderId} is paid.`,
        closing: `${amount} was taken from your wallet (operation ${message.data.operationId}). Enjoy!`,
      };
    case 'OrderCancelled':
      return {
        subject: `Your order ${orderId} was cancelled`,
        opening: `We are sorry: your order ${orderId} was cancelled, because ${reasons[message.data.reason]}.`,
        closing: 'Nothing was taken from your wallet. Top it up and order again whenever you like.',
      };
  }
};

const textLine = ({ sku, quantity, unitPrice }: OrderLine, currency: string): string =>
  `  ${quantity} × ${sku} at ${format(unitPrice, currency)}`;

const htmlLine = ({ sku, quantity, unitPrice }: OrderLine, currency: string): string =>
  `<tr><td>${quantity}</td><td>${escape(sku)}</td><td>${format(unitPrice, currency)}</td></tr>`;

/** The letter about `message` to the person called `name`: text and HTML, with the order, its lines, the total and the reason. */
export const write = (message: OrderUpdateMessage, name: string): LetterText => {
  const { currency, items, total } = message.data;
  const { subject, opening, closing } = newsOf(message);
  const amount = format(total, currency);
  return {
    subject,
    text: [
      `Dear ${name},`,
      opening,
      [...items.map((line) => textLine(line, currency)), `  Total: ${amount}`].join('\n'),
      closing,
      'orderflow',
    ].join('\n\n'),
    html: [
      `<p>Dear ${escape(name)},</p>`,
      `<p>${escape(opening)}</p>`,
      '<table><tr><th>Quantity</th><th>Article</th><th>Price</th></tr>',
      ...items.map((line) => htmlLine(line, currency)),
      `<tr><td></td><td>Total</td><td>${amount}</td></tr></table>`,
      `<p>${escape(closing)}</p>`,
      '<p>orderflow</p>',
    ].join('\n'),
  };
};
