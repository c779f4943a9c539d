import { environmentLock, type IEnvironmentLock } from '../environment-lock';
import { servingKind } from '../kinds';
import { sklearn } from '../kinds/sklearn/sklearn';
import type { IServingKind } from '../kinds/kind';
import { xgboost } from '../kinds/xgboost/xgboost';

const TRAINED = {
  'scikit-learn': '1.9.1',
  numpy: '2.4.6',
  joblib: '1.6.0',
  protobuf: '7.0.0',
  ipython: '9.18.1'
};

const lockOf = (
  kind: IServingKind,
  packages: Record<string, string>,
  python: string,
  imports: string[] = []
): IEnvironmentLock => environmentLock(kind, { packages, python, imports });

describe('the lock of a serving environment', () => {
  it('pins what the model imports and leaves the rest to MLServer', () => {
    const { requirements, python } = lockOf(sklearn, TRAINED, '3.11.7');
    expect(requirements).toEqual([
      'joblib==1.6.0',
      'mlserver==1.7.1',
      'numpy==2.4.6',
      'scikit-learn==1.9.1'
    ]);
    expect(python).toBe('3.11');
  });

  it('pins what this model imports beyond that, by the name of its distribution', () => {
    const packages = { ...TRAINED, Category_Encoders: '2.9.0', xgboost: '3.2.0' };
    const imports = ['category-encoders', 'scikit-learn', 'xgboost', 'not-captured'];
    const { requirements } = lockOf(sklearn, packages, '3.11', imports);
    expect(requirements).toContain('category-encoders==2.9.0');
    expect(requirements).toContain('xgboost-cpu==3.2.0');
    expect(requirements).toHaveLength(6);
  });

  it('has one key for the same needs, whatever else was installed', () => {
    const { key } = lockOf(sklearn, TRAINED, '3.11.7');
    const spelled = { ...TRAINED, ipython: '9.0.0', Scikit_Learn: '1.9.1' };
    expect(lockOf(sklearn, spelled, '3.11.2').key).toBe(key);
    expect(lockOf(sklearn, TRAINED, '3.12.1').key).not.toBe(key);
    const newer = { ...TRAINED, numpy: '2.4.7' };
    expect(lockOf(sklearn, newer, '3.11.7').key).not.toBe(key);
  });

  it.each([
    [{ xgboost: '3.2.0' }, 'xgboost-cpu==3.2.0'],
    [{ xgboost: '2.1.1' }, 'xgboost-cpu==2.1.1'],
    [{ xgboost: '2.1.0' }, 'xgboost==2.1.0'],
    [{ xgboost: '1.7.6' }, 'xgboost==1.7.6'],
    [{ 'xgboost-cpu': '3.2.0' }, 'xgboost-cpu==3.2.0']
  ])('takes XGBoost without CUDA where there is one: %j', (packages, expected) => {
    const lock = lockOf(xgboost, { numpy: '2.4.6', ...packages }, '3.11.7');
    expect(lock.requirements).toContain(expected);
  });

  it('needs the versions that must agree', () => {
    expect(() => lockOf(sklearn, { numpy: '2.4.6' }, '3.11')).toThrow(
      'The version of scikit-learn in the training environment is not known.'
    );
  });

  it('lets nothing but a version become a requirement', () => {
    const packages = { ...TRAINED, numpy: '1 --index-url http://evil' };
    expect(() => lockOf(sklearn, packages, '3.11')).toThrow('is not a version');
  });

  it('names the kinds that can be served when one cannot', () => {
    const model = { variable: 'net', type: 'torch.nn.Linear' };
    expect(() => servingKind(null, model)).toThrow('net is a torch.nn.Linear');
    expect(servingKind('xgboost', model)).toBe(xgboost);
  });
});
