#!/usr/bin/env bash
# Starts the whole cluster inside the network namespace that it is called in: start.sh STATE. up.sh calls it.
. "$(dirname "$0")/lib.sh"
STATE=$(realpath -m "$1")
find_cache
mkdir -p "$STATE/bin" "$STATE/claims" "$STATE/repos"
chmod 777 "$STATE/claims"

# The kubelet is told of the cluster's DNS by its flags; the scripts' own file knows none.
ln -sf "$BIN"/* "$STATE/bin"
rm "$STATE/bin/kubelet"
printf '#!/bin/sh\nexec %s "$@" --cluster-dns 10.244.0.1 --cluster-domain cluster.local\n' "$BIN/kubelet" > "$STATE/bin/kubelet"
chmod +x "$STATE/bin/kubelet"

log "starting etcd, the API server, controllers and a node"
NODE=1 "$SCRIPTS/up.sh" "$STATE" > /dev/null
export KUBECONFIG=$STATE/admin.kubeconfig
python3 "$SCRIPTS/image.py" "$STATE/agent.tar" localhost/kserve-agent:1 --user 65532 --entrypoint '["/agent"]' \
  --file "$BIN/kserve-agent:/agent" > /dev/null
BIN=$STATE/bin "$SCRIPTS/node.sh" "$STATE" "$CACHE"/img/*.tar "$STATE/agent.tar"

DIR=$STATE
. "$SCRIPTS/lib.sh"
cat > "$STATE/Corefile" <<COREFILE
.:53 {
  bind 10.244.0.1
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $KUBECONFIG
    ttl 1
  }
}
COREFILE
start coredns "$BIN/coredns" -conf "$STATE/Corefile"
cat > "$STATE/registry.yml" <<YAML
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $STATE/registry}, delete: {enabled: true}}
http: {addr: $REGISTRY}
YAML
start registry "$(command -v docker-registry || echo "$ROOT/.cache/debian/usr/bin/docker-registry")" serve "$STATE/registry.yml"
wait_for 30 coredns curl -fs http://127.0.0.1:8181/ready
wait_for 30 registry curl -fs "http://$REGISTRY/v2/"

# The images are pushed and pulled while Tekton, Argo CD and KServe start.
(
  "$HERE/image.sh" "$STATE" ${MLOPS_CLUSTER_WHEEL:-} > "$STATE/image" &&
    "$HERE/models.sh" "$STATE" > "$STATE/models"
) & images=$!
# Each may be called again, and needs it where a definition is not yet known a moment after it was made.
again() { "$1" "$STATE" || { sleep 3; "$1" "$STATE"; }; }
log "starting Tekton, Argo CD and KServe"
again "$SCRIPTS/tekton.sh" & tekton=$!
argocd() {
  again "$SCRIPTS/argocd.sh"
  # Its own installation reads the first from argocd-cm; how long it may trust what it read hangs on it, too.
  kubectl -n argocd set env statefulset/argocd-application-controller -c '*' \
    ARGOCD_RECONCILIATION_TIMEOUT=20s ARGOCD_RECONCILIATION_JITTER=0s > /dev/null
  kubectl -n argocd rollout status --timeout=120s statefulset/argocd-application-controller > /dev/null
}
argocd & argocd=$!
kserve() {
  again "$SCRIPTS/kserve.sh" & local started=$!
  # Its controller asks for a quarter of a node of two processors; the models need that.
  until kubectl -n kserve set resources deployment/kserve-controller-manager -c manager --requests=cpu=50m > /dev/null 2>&1; do
    kill -0 $started 2> /dev/null || break
    sleep 1
  done
  wait $started
}
kserve & kserve=$!
wait $tekton
# Tekton's webhook answers a moment after its rollout.
wait_for 30 tekton-webhook kubectl -n tekton-pipelines patch configmap feature-flags --type merge -p '{"data": {"set-security-context": "true"}}'
wait $argocd
wait $kserve
AGENT='{"image": "localhost/kserve-agent:1", "memoryRequest": "32Mi", "memoryLimit": "256Mi", "cpuRequest": "10m", "cpuLimit": "1"'
kubectl -n kserve patch configmap inferenceservice-config --type merge -p "$(python3 - "$AGENT" <<'PYTHON'
import json, sys
print(json.dumps({"data": {
    "agent": sys.argv[1] + "}",
    "logger": sys.argv[1] + ', "defaultUrl": "http://default-broker"}',
}}))
PYTHON
)" > /dev/null
wait $images

mapfile -t models < "$STATE/models"
cat > "$STATE/env.part" <<ENV
export KUBECONFIG=$KUBECONFIG
export NETNS=$NETNS
export REGISTRY=$REGISTRY
export CLUSTER_STATE=$STATE
export STEP_IMAGE=$(cat "$STATE/image")
export SERVING_IMAGE=$(cat "$STATE/image")
export MONITOR_IMAGE=$(cat "$STATE/image")
export BASE_IMAGE=${models[0]}
export MODEL_IMAGES=$(IFS=,; echo "${models[*]:1}")
export STEP_HOST_PATH=$STATE/claims
export APISERVER_PID_FILE=$STATE/pid/kube-apiserver
export ARGOCD_REPOSITORIES=$STATE/repos
export ARGOCD_REPOSITORIES_ADDRESS=file:///repos
ENV
mv "$STATE/env.part" "$STATE/env"
log "ready after $SECONDS s"
