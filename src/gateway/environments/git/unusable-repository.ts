import type { MlopsError } from '../../../contract/mlops-error';
import type { IGitRepository } from './port';

/** Stands where a repository is named that cannot be used: every call says why, and nothing else is kept from work. */
export class UnusableRepository implements IGitRepository {
  readonly name = 'git';
  readonly place = 'a repository that cannot be used';
  readonly mode = 'push';
  readonly source = null;

  constructor(private readonly _error: MlopsError) {}

  open(): Promise<never> {
    return Promise.reject(this._error);
  }
  refresh(): Promise<never> {
    return Promise.reject(this._error);
  }
  head(): Promise<never> {
    return Promise.reject(this._error);
  }
  has(): Promise<never> {
    return Promise.reject(this._error);
  }
  isAncestor(): Promise<never> {
    return Promise.reject(this._error);
  }
  read(): Promise<never> {
    return Promise.reject(this._error);
  }
  log(): Promise<never> {
    return Promise.reject(this._error);
  }
  commit(): Promise<never> {
    return Promise.reject(this._error);
  }
  closeBranch(): Promise<never> {
    return Promise.reject(this._error);
  }
  changeRequest(): null {
    return null;
  }
  status(): ReturnType<IGitRepository['status']> {
    return { failure: this._error.body, detail: '' };
  }
}
