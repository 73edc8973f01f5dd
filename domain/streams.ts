/** Stream names are the storage format: never changed. A category, a hyphen, an id. Each category has one owner. */
export const orderRequestStream = (orderId: string): string => `orderRequest-${orderId}`;
export const depositStream = (depositId: string): string => `deposit-${depositId}`;
export const orderStream = (orderId: string): string => `order-${orderId}`;
/** User ids hold no dot and currencies are three letters, so the name can be read back without doubt. */
export const walletStream = (userId: string, currency: string): string => `wallet-${userId}.${currency}`;
export const notificationStream = (orderId: string): string => `notification-${orderId}`;
export const redriveStream = (eventId: string): string => `redrive-${eventId}`;

/** What stands before the hyphen of a stream's name: whose it is. */
export type Category = 'orderRequest' | 'deposit' | 'order' | 'wallet' | 'notification' | 'redrive';
