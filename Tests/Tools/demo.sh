#!/bin/sh
# The main job: on the bytes that the real KVM v5 code wrote through its migration ioctls, and on runs
# of the engine.
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

show explain V030

echo
echo "What differs between the two, where it is not their definitions?"
show diff $state fixtures/kvm-v5/real-refused.kvm-v5 --only 'vcpus.*' --only 'contexts[0-1]' \
  && exit 1 || [ $? -eq 1 ]

echo
echo "Will it load there? States against destinations, before the move:"
show verify $state fixtures/kvm-v5/real-refused.kvm-v5 --to kvm-v5 --to kvm-v7 --to specification-1.1 \
  && exit 1 || [ $? -eq 1 ]

echo
echo "A migration stream of QEMU, from a pipe: guest memory is passed over, the state is found."
printf '\n$ gunzip -c fixtures/qemu/virt-2-vcpus-kvm-v4.qemu.gz | sdeictl dump -\n'
gunzip -c fixtures/qemu/virt-2-vcpus-kvm-v4.qemu.gz | "$tool" dump -

echo
echo "The same kernel's state in another version's form: what would be lost, and nothing is written."
show convert fixtures/kvm-v4/real-4-vcpus.kvm-v4 --to kvm-v7 -o "$out/moved.kvm-v7" && exit 1 || [ $? -eq 1 ]

echo
echo "To the native snapshot, without any limit on vCPUs, and back to the very same bytes:"
show convert $state --to sdei -o "$out/state.sdei"
show info "$out/state.sdei"
show convert "$out/state.sdei" --to kvm-v5 -o "$out/back.kvm-v5"
printf '\n$ cmp %s %s\n' $state "$out/back.kvm-v5"
cmp $state "$out/back.kvm-v5" && echo "identical"

echo
echo "A run of the reference engine: recorded, and done again with every result compared."
show record --scenario random --vcpus 4 --seed 1 -o "$out/run.jsonl"
show replay "$out/run.jsonl" -o "$out/source-end.sdei"

echo
echo "The VM migrates in the middle of a running handler: dump at step 59, restore, go on."
show replay "$out/run.jsonl" --until 59 -o "$out/source.sdei"
show dump "$out/source.sdei"
show convert "$out/source.sdei" --to json -o "$out/destination.json"
show replay "$out/run.jsonl" --from "$out/destination.json" --after 59 -o "$out/destination-end.sdei"
printf '\n$ cmp %s %s\n' "$out/source-end.sdei" "$out/destination-end.sdei"
cmp "$out/source-end.sdei" "$out/destination-end.sdei" && echo "both ends agree"

echo
echo "A recording of the KVM v5 code agrees with the engine, and does not with the specification:"
show replay fixtures/journals/kvm-v5-000.jsonl
show replay fixtures/journals/kvm-v5-000.jsonl --dialect specification && exit 1 || [ $? -eq 1 ]
