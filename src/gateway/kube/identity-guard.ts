import type { ClusterIdentity, ClusterSettings } from '../../contract/cluster';
import { MlopsError } from '../../contract/mlops-error';
import type { IAccess } from './access';
import type { IChosenContext } from './chosen-context';
import { whoAmI } from './whoami';

/** Who a context meant when it was first used, or when the user last accepted it. */
export interface IIdentityPin {
  user: string;
  server: string;
}

/** Remembers pins; see `identity-pins.ts`. */
export interface IIdentityPins {
  get(key: string): IIdentityPin | null;
  set(key: string, pin: IIdentityPin): void;
}

/**
 * Asks who a credential is before it is first used, and refuses one that is somebody else, or
 * somewhere else, than the project's context meant until now: identities never change silently.
 */
export class IdentityGuard {
  constructor(settings: ClusterSettings, pins: IIdentityPins) {
    this._settings = settings;
    this._pins = pins;
  }

  /** @throws MlopsError `cluster-identity-changed`, and those of {@link whoAmI} */
  async check(access: IAccess, chosen: IChosenContext): Promise<ClusterIdentity> {
    const identity = await this._identityOf(access, chosen);
    const pin = this._pins.get(keyOf(this._settings));
    if (pin === null) {
      this._pins.set(keyOf(this._settings), pinOf(identity));
    } else if (pin.user !== identity.user || pin.server !== identity.server) {
      throw changed(chosen, pin, identity);
    }
    return identity;
  }

  /**
   * Takes the present identity as the chosen one.
   *
   * @param seen What the user was shown.
   * @throws MlopsError `cluster-identity-changed` where it is yet another one
   */
  async accept(
    access: IAccess,
    chosen: IChosenContext,
    seen: IIdentityPin
  ): Promise<ClusterIdentity> {
    this._known = null;
    const identity = await this._identityOf(access, chosen);
    if (seen.user !== identity.user || seen.server !== identity.server) {
      throw changed(chosen, seen, identity);
    }
    this._pins.set(keyOf(this._settings), pinOf(identity));
    return identity;
  }

  /** The cluster did not accept the credential: ask again before it is used again. */
  forget(): void {
    this._known = null;
  }

  /** Those who ask at once share one question. */
  private async _identityOf(
    access: IAccess,
    chosen: IChosenContext
  ): Promise<ClusterIdentity> {
    if (this._known?.fingerprint !== access.fingerprint) {
      const known = {
        fingerprint: access.fingerprint,
        identity: this._ask(access, chosen)
      };
      this._known = known;
      known.identity.catch(() => {
        if (this._known === known) {
          this._known = null;
        }
      });
    }
    return this._known.identity;
  }

  private async _ask(
    access: IAccess,
    chosen: IChosenContext
  ): Promise<ClusterIdentity> {
    const { user, groups, proven } = await whoAmI(access, chosen);
    return {
      source: chosen.context === '' ? 'service-account' : 'kubeconfig',
      context: chosen.context === '' ? null : chosen.context,
      user,
      groups,
      proven,
      namespace: this._settings.namespace ?? chosen.namespace ?? 'default',
      cluster: chosen.cluster,
      server: access.server
    };
  }

  private readonly _settings: ClusterSettings;
  private readonly _pins: IIdentityPins;
  private _known: {
    fingerprint: string;
    identity: Promise<ClusterIdentity>;
  } | null = null;
}

/** The choice as the user made it: a kubeconfig of another content is still the same choice. */
function keyOf({ context, kubeconfig }: ClusterSettings): string {
  return JSON.stringify([kubeconfig ?? null, context ?? null]);
}

function pinOf({ user, server }: IIdentityPin): IIdentityPin {
  return { user, server };
}

function changed(
  { context }: IChosenContext,
  before: IIdentityPin,
  now: IIdentityPin
): MlopsError {
  const place = (pin: IIdentityPin): string =>
    before.server === now.server ? pin.user : `${pin.user} on ${pin.server}`;
  return new MlopsError('conflict', {
    code: 'cluster-identity-changed',
    message: `${context === '' ? "The pod's service account" : `The context ‘${context}’`} now means ${place(now)}, and meant ${place(before)} before: nothing was done as somebody else.`,
    action: `Log in as ${before.user} again, name another context under ‘cluster’ in mlops.yaml, or accept the change: \`jupyter mlops cluster accept ${now.user}\``,
    details: { before, now }
  });
}
