import * as story from '../../__tests__/story';
import { timelineScale } from '../timeline-scale';

describe('the time line of effects', () => {
  it('measures each feature by its own floor, so that one threshold holds for all', () => {
    const report = story.driftReport();
    const [atemp] = report.features;
    const features = [{ ...atemp, floor: 0.2 }, ...report.features.slice(1)];
    const scale = timelineScale({ ...report, features });
    const last = report.timeline[report.timeline.length - 1];
    expect(scale?.lines[0].feature).toBe('atemp');
    expect(scale?.lines[0].points.at(-1)?.ratio).toBeCloseTo(last.effects.atemp / 0.2);
    expect(scale?.lines[1].points.at(-1)?.ratio).toBeCloseTo(last.effects.temp / 0.5);
  });

  it('has one point per window, and room for the highest', () => {
    const report = story.driftReport();
    const scale = timelineScale(report);
    expect(scale?.lines[0].points).toHaveLength(report.timeline.length);
    expect(scale?.top).toBe(1.5);
    expect(scale?.lines).toHaveLength(4);
  });

  it('leaves out windows without data', () => {
    const report = story.driftReport();
    const timeline = report.timeline.map((window, index) =>
      index < 2 ? window : { ...window, state: 'no-data' as const }
    );
    expect(timelineScale({ ...report, timeline })?.lines[0].points).toHaveLength(2);
    expect(timelineScale({ ...report, timeline: timeline.slice(0, 1) })).toBeNull();
  });

  it('stays finite for a feature whose training data never moved', () => {
    const report = story.driftReport();
    const features = report.features.map(feature => ({ ...feature, floor: 0 }));
    const scale = timelineScale({ ...report, features });
    expect(Number.isFinite(scale?.top)).toBe(true);
  });
});
