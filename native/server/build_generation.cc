// See build_generation.h.
#include "server/build_generation.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "crypto/provider.h"
#include "keys/library.h"
#include "keys/random.h"
#include "server/clock_warnings.h"
#include "server/own_certificates.h"
#include "server/secure_upstream.h"
#include "server/warnings.h"
#include "snapshot/decoder.h"
#include "trust/trust_bundle.h"

namespace pinlatch::server {
namespace {

const tls::KeyOpener kFilesOnly;

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
    const bool is_same = bundle && replaced && bundle->JudgesAs(*replaced, clock.now());
    bundles.push_back(is_same ? std::move(replaced) : std::move(bundle));
  }
  return bundles;
}

void BuildListener(uint32_t index, const tls::Credentials& credentials, const ClockReading& clock,
                   proxy::Generation& generation, std::vector<Error>& errors) {
  const snapshot::Snapshot& snapshot = generation.snapshot;
  const snapshot::Listener& listener = snapshot.listeners[index];
  const auto& first = credentials.front().own();
  std::vector<std::string> names = first ? first->names() : std::vector<std::string>();
  auto policy = policy::ListenerPolicy::Build(snapshot, index);
  if (!policy.ok()) errors.push_back(std::move(policy).error());
  if (!errors.empty()) return;
  auto context = tls::ServerContext::Create(listener, snapshot.tickets, credentials,
                                            generation.trust, clock.floor());
  if (!context.ok()) {
    errors.push_back(std::move(context).error());
    return;
  }
  generation.listeners.push_back(
      {std::move(context).value(), std::move(policy).value(), std::move(names)});
}

// Secure builds what TLS takes on both sides.
void Secure(const OwnCertificates& own, const ClockReading& clock,
            const proxy::Generation* previous, proxy::Generation& generation,
            std::vector<Error>& errors) {
  const snapshot::Snapshot& snapshot = generation.snapshot;
  for (uint32_t i = 0; i < snapshot.listeners.size(); ++i)
    BuildListener(i, own.listeners[i], clock, generation, errors);
  for (size_t i = 0; i < snapshot.upstreams.size(); ++i) {
    auto security =
        SecureUpstream(snapshot.upstreams[i], generation, own.upstreams[i], clock, previous);
    generation.security.push_back(Collect(std::move(security), errors));
  }
}

// LoadMaterial opens what the snapshot names: certificates, keys and lists. The gateway's own come
// first, because of what they say of the clock; their errors are told last.
OwnCertificates LoadMaterial(const ClockReading& clock, const BuildContext& context,
                             proxy::Generation& generation, std::vector<Error>& errors) {
  const snapshot::Snapshot& snapshot = generation.snapshot;
  const tls::KeyOpener& open_key = context.open_key == nullptr ? kFilesOnly : *context.open_key;
  std::vector<Error> own_errors;
  OwnCertificates own =
      LoadOwnCertificates(snapshot, context.previous, clock, open_key, own_errors);
  generation.hard_floor = clock.floor();
  generation.clock_floor = FloorBy(own, clock).floor;
  const ClockReading judged_by = clock.WithFloor(generation.clock_floor);
  generation.trust = LoadTrust(snapshot, judged_by, context.previous, context.memory, errors);
  std::move(own_errors.begin(), own_errors.end(), std::back_inserter(errors));
  Secure(own, judged_by, context.previous, generation, errors);
  return own;
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
  const OwnCertificates own = LoadMaterial(clock, context, *generation, outcome.errors);
  generation->pin_times = policy::PinTimes(snapshot.clients);
  generation->pins = proxy::PinIndex(snapshot.clients,
                                     previous == nullptr ? nullptr : &previous->snapshot.clients);
  outcome.warnings = WarningsAt(snapshot, generation->trust, own, clock);
  if (outcome.errors.empty()) outcome.generation = std::move(generation);
  return outcome;
}

}  // namespace pinlatch::server
