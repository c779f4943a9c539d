import type { MonitoringSettings, Project } from '../../../contract/project';
import type { ICollectorParts } from '../manifests/release-parts';

/**
 * What collects the requests of a release; null where the project names nothing, or somebody else is
 * told of them. A column is sensitive where the registration or the project says so.
 */
export function collectorOf(
  { monitoring, serving }: Pick<Project, 'monitoring' | 'serving'>,
  registered: MonitoringSettings | null
): ICollectorParts | null {
  const { collector: settings, sensitive } = monitoring;
  return settings === undefined || serving?.logger !== undefined
    ? null
    : {
        settings,
        sensitive: [...new Set([...(registered?.sensitive ?? []), ...sensitive])]
      };
}
