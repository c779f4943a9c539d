/** Every action is a command: palette, toolbar, buttons and scripts use the same. */
export namespace CommandIDs {
  export const openPanel = 'mlops:open-panel';
  export const checkGateway = 'mlops:check-gateway';
  export const restartGateway = 'mlops:restart-gateway';
  export const logIn = 'mlops:log-in';
  export const openSettings = 'mlops:open-settings';

  export const checkCluster = 'mlops:check-cluster';
  export const acceptIdentity = 'mlops:accept-identity';

  export const openNotebook = 'mlops:open-notebook';
  export const runPipeline = 'mlops:run-pipeline';
  export const setSplit = 'mlops:set-split';
  export const setStep = 'mlops:set-step';
  export const showCompiled = 'mlops:show-compiled';
  export const copyCompiled = 'mlops:copy-compiled';
  export const saveCompiled = 'mlops:save-compiled';
  export const revealCell = 'mlops:reveal-cell';
  export const nextProblem = 'mlops:next-problem';
  export const previousProblem = 'mlops:previous-problem';

  export const openRun = 'mlops:open-run';
  export const stopRun = 'mlops:stop-run';
  export const retryRun = 'mlops:retry-run';
  export const runAgain = 'mlops:run-again';
  export const openExecutedNotebook = 'mlops:open-executed-notebook';

  export const registerModel = 'mlops:register-model';
  export const registerModelAs = 'mlops:register-model-as';
  export const registerLiveModel = 'mlops:register-live-model';
  export const cancelRegistration = 'mlops:cancel-registration';
  export const openModel = 'mlops:open-model';
  export const compareVersions = 'mlops:compare-versions';
  export const showLineage = 'mlops:show-lineage';
  export const archiveVersion = 'mlops:archive-version';
  export const unarchiveVersion = 'mlops:unarchive-version';
  export const testVersion = 'mlops:test-version';

  export const promote = 'mlops:promote';
  export const openPromotion = 'mlops:open-promotion';
  export const confirmPromotion = 'mlops:confirm-promotion';
  export const revert = 'mlops:revert';
  export const approvePromotion = 'mlops:approve-promotion';
  export const closePromotion = 'mlops:close-promotion';
  export const openEnvironments = 'mlops:open-environments';
  export const tryRequest = 'mlops:try-request';
  export const openApp = 'mlops:open-app';
  export const copyToken = 'mlops:copy-endpoint-token';

  export const openDriftReport = 'mlops:open-drift-report';
  export const retrain = 'mlops:retrain';
  export const silenceAlert = 'mlops:silence-alert';
}
