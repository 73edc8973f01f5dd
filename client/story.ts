import type * as t from 'io-ts';
import { storyCodecs } from '../api/answers.ts';
import { text } from '../domain/text.ts';

/** A gateway that is newer than this client tells of events by names that are not known here: their meaning is told as well. */
const EventName = text('EventName', /^[A-Z][A-Za-z0-9]{0,63}$/, 'the name of an event');

/** The story of an order as any gateway tells it. */
export const { OrderWithTimeline, StoryEvent } = storyCodecs(EventName);

export type OrderWithTimeline = t.TypeOf<typeof OrderWithTimeline>;
export type StoryEvent = t.TypeOf<typeof StoryEvent>;
