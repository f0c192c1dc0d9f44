// See build_generation.h.
#include "server/build_generation.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "crypto/provider.h"
#include "keys/credential.h"
#include "keys/library.h"
#include "keys/random.h"
#include "server/secure_upstream.h"
#include "snapshot/decoder.h"
#include "trust/trust_bundle.h"
#include "verdict/bundle_warnings.h"

namespace pinlatch::server {
namespace {

const tls::KeyOpener kFilesOnly;

using TrustBundles = std::vector<std::shared_ptr<const tls::TrustBundle>>;

// The bundle of this name that serves now, or nullptr.
std::shared_ptr<const tls::TrustBundle> BundleNamed(const proxy::Generation* generation,
                                                    std::string_view name) {
  if (generation == nullptr) return nullptr;
  for (size_t i = 0; i < generation->trust.size(); ++i) {
    if (generation->snapshot.trust[i].name == name) return generation->trust[i];
  }
  return nullptr;
}

// Collect takes a Result's value, or notes its error and returns a default.
template <typename T>
T Collect(Result<T> result, std::vector<Error>& errors) {
  if (result.ok()) return std::move(result).value();
  errors.push_back(std::move(result).error());
  return T{};
}

// A bundle in which nothing has changed goes on serving: what was accepted under it is not judged
// again because a pin or a route is another.
TrustBundles LoadTrust(const snapshot::Snapshot& snapshot, const ClockReading& clock,
                       const proxy::Generation* previous, const tls::ListMemory* memory,
                       std::vector<Error>& errors) {
  TrustBundles bundles;
  std::vector<std::string> names;
  for (const snapshot::Trust& trust : snapshot.trust) names.push_back(trust.name);
  for (const snapshot::Trust& trust : snapshot.trust) {
    auto replaced = BundleNamed(previous, trust.name);
    auto bundle = Collect(tls::TrustBundle::Load(trust, clock, memory, names), errors);
    const bool is_same = bundle && replaced && bundle->JudgesAs(*replaced);
    bundles.push_back(is_same ? std::move(replaced) : std::move(bundle));
  }
  return bundles;
}

std::vector<Error> WarningsOf(const TrustBundles& bundles, const snapshot::Snapshot& snapshot,
                              const ClockReading& clock) {
  std::vector<Error> warnings;
  for (size_t i = 0; i < bundles.size(); ++i) {
    if (!bundles[i]) continue;
    std::vector<Error> found = tls::BundleWarnings(*bundles[i], clock, snapshot.trust[i].at);
    std::move(found.begin(), found.end(), std::back_inserter(warnings));
  }
  return warnings;
}

void BuildListener(uint32_t index, const ClockReading& clock, const tls::KeyOpener& open_key,
                   proxy::Generation& generation, std::vector<Error>& errors) {
  const snapshot::Snapshot& snapshot = generation.snapshot;
  const snapshot::Listener& listener = snapshot.listeners[index];
  tls::Credentials credentials;
  for (const snapshot::Certificate& certificate : listener.certificates) {
    credentials.push_back(Collect(
        tls::Credential::Load(certificate, clock, tls::Purpose::kServerAuth, open_key), errors));
  }
  const auto& first = credentials.front();
  std::vector<std::string> names = first ? first->names() : std::vector<std::string>();
  auto policy = policy::ListenerPolicy::Build(snapshot, index);
  if (!policy.ok()) errors.push_back(std::move(policy).error());
  if (!errors.empty()) return;
  auto context =
      tls::ServerContext::Create(listener, snapshot.tickets, credentials, generation.trust);
  if (!context.ok()) {
    errors.push_back(std::move(context).error());
    return;
  }
  generation.listeners.push_back(
      {std::move(context).value(), std::move(policy).value(), std::move(names)});
}

// IndexBlindly says whether the kernel gave a key for the index.
bool IndexBlindly(proxy::Generation& generation) {
  policy::BlindIndex::Key key;
  if (tls::FillRandom(nullptr, key.data(), key.size()) != 0) return false;
  generation.blind_index = policy::BlindIndex::Build(generation.snapshot.clients, key);
  return true;
}

}  // namespace

BuildOutcome BuildGeneration(std::string_view document, uint64_t number, const ClockReading& clock,
                             const BuildContext& context) {
  const proxy::Generation* const previous = context.previous;
  const tls::KeyOpener& open_key = context.open_key == nullptr ? kFilesOnly : *context.open_key;
  BuildOutcome outcome;
  Status ready = tls::InitialiseLibrary();
  if (!ready.ok()) return {nullptr, {std::move(ready).error()}};
  auto decoded = snapshot::Decode(document);
  if (!decoded.ok()) return {nullptr, {std::move(decoded).error()}};

  auto generation = std::make_shared<proxy::Generation>();
  generation->number = number;
  generation->snapshot = std::move(decoded).value();
  const snapshot::Snapshot& snapshot = generation->snapshot;
  // Before anything is parsed, hashed or signed: all of it is the provider's work.
  Status provider = context.purpose == BuildPurpose::kServe
                        ? crypto::ChooseProvider(snapshot.crypto_provider)
                        : crypto::CheckProvider(snapshot.crypto_provider);
  if (!provider.ok()) return {nullptr, {std::move(provider).error()}};
  if (!IndexBlindly(*generation)) {
    return {nullptr, {Error(ErrorCode::kSystem, "the kernel returned no random bytes")}};
  }
  generation->identity_names = proxy::FieldNameSet::Of(snapshot);
  generation->guarded_names = proxy::FieldNameSet::OfGuarded(snapshot.guarded_fields);
  generation->edits = proxy::CompileEdits(snapshot);
  generation->trust = LoadTrust(snapshot, clock, previous, context.memory, outcome.errors);
  outcome.warnings = WarningsOf(generation->trust, snapshot, clock);
  for (uint32_t i = 0; i < snapshot.listeners.size(); ++i) {
    BuildListener(i, clock, open_key, *generation, outcome.errors);
  }
  for (const snapshot::Upstream& upstream : snapshot.upstreams) {
    generation->security.push_back(
        Collect(SecureUpstream(upstream, *generation, clock, previous, open_key), outcome.errors));
  }
  generation->pin_times = policy::PinTimes(snapshot.clients);
  generation->pins = proxy::PinIndex(snapshot.clients,
                                     previous == nullptr ? nullptr : &previous->snapshot.clients);
  if (outcome.errors.empty()) outcome.generation = std::move(generation);
  return outcome;
}

}  // namespace pinlatch::server
