/** Stream names are the storage format: never changed. A category, a hyphen, an id. Each category has one owner. */
export const orderRequestStream = (orderId: string): string => `orderRequest-${orderId}`;
export const depositStream = (depositId: string): string => `deposit-${depositId}`;
export const orderStream = (orderId: string): string => `order-${orderId}`;
/** User ids hold no dot and currencies are three letters, so the name can be read back without doubt. */
export const walletStream = (userId: string, currency: string): string => `wallet-${userId}.${currency}`;
export const notificationStream = (orderId: string): string => `notification-${orderId}`;
export const redriveStream = (eventId: string): string => `redrive-${eventId}`;
export const skipStream = (projection: string): string => `skip-${projection}`;

/** What stands before the hyphen of a stream's name: whose it is. */
export type Category = 'orderRequest' | 'deposit' | 'order' | 'wallet' | 'notification' | 'redrive' | 'skip';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const names: Readonly<Record<Category, RegExp>> = {
  orderRequest: new RegExp(`^orderRequest-${uuid}$`),
  deposit: new RegExp(`^deposit-${uuid}$`),
  order: new RegExp(`^order-${uuid}$`),
  wallet: /^wallet-[A-Za-z0-9_-]{1,64}\.[A-Z]{3}$/,
  notification: new RegExp(`^notification-${uuid}$`),
  redrive: new RegExp(`^redrive-${uuid}$`),
  skip: /^skip-[a-z][a-z_]{0,39}$/,
};

/** Whether a stream of this name could be one of the category's; a shared store may hold an `order-123` of somebody else. */
export const isIn = (category: Category, stream: string): boolean => names[category].test(stream);
