import { ofType, type RecordedEvent } from '../domain/events.ts';
import { story } from '../domain/story.ts';
import type { InternalType, TimelineStep } from './answers.ts';

const isInternal = ofType<InternalType>('RedriveRequested', 'EventSkipped');

/** The story that events tell, as clients are told it. */
export const timelineOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<TimelineStep> =>
  story(events).flatMap(({ event, meaning, status }) =>
    isInternal(event)
      ? []
      : [
          {
            type: event.type,
            at: event.created.toISOString(),
            meaning,
            position: String(event.position),
            ...(status !== undefined && { status }),
          },
        ],
  );

/** Whether nothing more can come of an order after this event of its story. */
export const endsStory = ({ type }: { readonly type: string }): boolean =>
  type === 'LetterSent' || type === 'LetterNotSent';
