// Owns the inside of a trust bundle: certificates and lists in the form the verifier reads them.
// For the .cc files of this folder only.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock_floor.h"
#include "identity/peer_identity.h"
#include "revocation/revocation_list.h"
#include "trust/list_memory.h"
#include "trust/trust_bundle.h"
#include "x509/certificate.h"
#include "x509/signer_proof.h"

namespace pinlatch::tls {

// HeldList is a list and what is known of it from the loading of the bundle.
struct HeldList {
  std::unique_ptr<const RevocationList> list;
  std::string source;                       // the file, for messages
  std::vector<const Certificate*> signers;  // of the bundle, whose keys its signature verifies with
  // is_forged: its issuer is a certificate of the bundle, but did not sign it. It is never
  // believed, so it must not hold up better ones either.
  bool is_forged = false;
  // is_outdated: a newer list of its series served before. Nothing is admitted by it.
  bool is_outdated = false;
  // outdated_keys are those (SHA-256 of a SubjectPublicKeyInfo, hexadecimal) of which a newer list
  // served: whether this one is of such a key is found out when somebody shows its signer.
  std::vector<std::string> outdated_keys;
  // IsOutdated says it of a list that this certificate's key signed.
  bool IsOutdated(const Certificate& signer) const;
  SignerProof proof;  // for a list that no certificate of the bundle signed
};

struct TrustBundle::Impl {
  // Anchor lookup and list lookup are by canonical name; the keys view into the values.
  using AnchorIndex = std::unordered_multimap<std::string_view, const Certificate*>;
  using ListIndex = std::unordered_map<std::string_view, std::vector<const HeldList*>>;

  snapshot::Trust settings;  // without its file names
  VerifyLimits limits;
  UnixSeconds clock_floor = ClockReading::kNoFloor;
  // disbelieved are the times of lists that the floor leaves out (base/clock_floor.h).
  std::vector<UnixSeconds> disbelieved;
  // Chained over everything that was added, in order: two bundles with the same settings and the
  // same content judge alike.
  identity::Sha256 content{};
  std::vector<std::vector<uint8_t>> denied_serials;  // magnitudes without leading zeros
  std::vector<std::vector<uint8_t>> der;             // what `anchors` view into
  std::vector<std::unique_ptr<const Certificate>> anchors;
  AnchorIndex anchors_by_subject;
  // What cannot be used. An anchor whose key is too weak is here, and among `anchors` too: so that
  // a refusal names it, and because it may still revoke.
  std::vector<LeftOut> left_out;
  // Those that are not among `anchors`, by their canonical names: why they cannot be used.
  std::unordered_map<std::string, std::string> left_out_reasons;
  std::vector<std::unique_ptr<const HeldList>> lists;
  std::vector<std::string> listless;  // files and folders that were named for lists and hold none
  ListIndex lists_by_issuer;          // in the order of revocation/list_series.h's ComesFirst
  // What served before and is in none of `lists`, as far as is known whose those are.
  std::vector<RememberedSeries> missing;
  std::vector<const Certificate*> revoked_anchors;  // by a list of a CA that was left out
};

// FloorByLists is the floor of a clock with what the bundle's lists say: an authority that is
// trusted with clients has written down what time it was.
RaisedFloor FloorByLists(const TrustBundle::Impl& bundle, const ClockReading& clock);

}  // namespace pinlatch::tls
