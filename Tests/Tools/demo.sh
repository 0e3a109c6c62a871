#!/bin/sh
# The main job, on the bytes that the real KVM v5 code wrote through its migration ioctls.
set -eu
tool=$1
state=fixtures/kvm-v5/real-64-vcpus.kvm-v5
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

show() {
  printf '\n$ sdeictl'
  for word in "$@"; do printf ' %s' "$word"; done
  printf '\n'
  "$tool" "$@"
}

echo "A VM of 64 vCPUs in the middle of things: what KVM v5's GET ioctls returned."
show info $state
show dump $state
show verify $state

echo
echo "Another one, which a bug of the same kernel keeps from being loaded again:"
show verify fixtures/kvm-v5/real-refused.kvm-v5 && exit 1 || [ $? -eq 1 ]

echo
echo "To the native snapshot, without any limit on vCPUs, and back to the very same bytes:"
show convert $state --to sdei -o "$out/state.sdei"
show info "$out/state.sdei"
show convert "$out/state.sdei" --to kvm-v5 -o "$out/back.kvm-v5"
printf '\n$ cmp %s %s\n' $state "$out/back.kvm-v5"
cmp $state "$out/back.kvm-v5" && echo "identical"
