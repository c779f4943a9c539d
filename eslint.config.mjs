import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom: `docs/architecture.md`, "The folders". A folder may import itself and those listed. */
const MAY_IMPORT = {
  contract: [],
  notebook: ['contract'],
  statistics: ['contract'],
  compile: ['contract'],
  gateway: ['contract', 'notebook', 'statistics', 'compile'],
  cli: ['contract', 'notebook', 'statistics', 'compile', 'gateway'],
  // compile only by import(): it is large and rarely needed.
  lab: ['contract', 'notebook', 'statistics', 'compile']
};
const PURE = ['contract', 'notebook', 'statistics', 'compile'];

/** Files this deep in a folder leave it with one `../` more than they are deep. */
const DEPTHS = [0, 1, 2, 3];

const boundaries = Object.entries(MAY_IMPORT).flatMap(([folder, allowed]) =>
  DEPTHS.map(depth => ({
    files: [`src/${folder}/${'*/'.repeat(depth)}*.{ts,tsx}`],
    ignores: ['**/__tests__/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./){${depth + 1}}(${Object.keys(MAY_IMPORT)
                .filter(other => other !== folder && !allowed.includes(other))
                .join('|')})/`,
              message: `src/${folder} may import only ${allowed.join(', ') || 'nothing of ours'}.`
            },
            ...(PURE.includes(folder) || folder === 'lab'
              ? [
                  {
                    group: ['node:*'],
                    message: `src/${folder} runs in the browser too.`
                  }
                ]
              : [])
          ]
        }
      ]
    }
  }))
);

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'lib/**',
      '**/*.js',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.d.ts'
    ]
  },
  ...tseslint.configs.recommended,
  {
    ...jupyter.configs.recommended[0],
    files: ['src/lab/**/*.{ts,tsx}'],
    plugins: { jupyter }
  },
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          args: 'none',
          ignoreRestSiblings: true,
          destructuredArrayIgnorePattern: '^_',
          varsIgnorePattern: '^_'
        }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      curly: ['error', 'all'],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }]
    }
  },
  {
    files: ['src/lab/index.ts', 'ui-tests/*.ts'],
    rules: { 'no-restricted-exports': 'off' }
  },
  ...boundaries,
  prettier
);
