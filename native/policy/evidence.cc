// See evidence.h.
#include "policy/evidence.h"

#include <algorithm>
#include <utility>

#include "base/cut_text.h"
#include "base/encoding.h"
#include "match/condition.h"
#include "match/condition_text.h"
#include "policy/matching_pins.h"
#include "policy/pin_match.h"

namespace pinlatch::policy {
namespace {

using identity::PeerIdentity;
using snapshot::Condition;
using snapshot::Pin;
using snapshot::PinKind;

constexpr size_t kMostClients = 4;
constexpr size_t kMostPins = 4;
constexpr size_t kMostLine = 1024;
constexpr const char* kPinsPart = "pins";

std::string PinText(const Pin& pin) {
  const std::string digits =
      HexEncode(ByteSpan(pin.value).first(pin.kind == PinKind::kSha1 ? 20 : 32));
  std::string text = pin.kind == PinKind::kSha256 ? "sha256:"
                     : pin.kind == PinKind::kSha1 ? "sha1:"
                                                  : "spki:sha256:";
  text += digits;
  return pin.label.empty() ? text : text + " (" + Quoted(pin.label) + ")";
}

const Pin* FittingPin(const snapshot::Client& client, const PeerIdentity& identity) {
  for (const Pin& pin : client.pins) {
    if (FitsPin(pin, identity) != 0) return &pin;
  }
  return nullptr;
}

bool IsAhead(const Pin& pin, const ClockReading& clock) { return clock.latest() < pin.period.from; }

// OutOfTimeText says of a pin that does not count at this time when it does.
std::string OutOfTimeText(const Pin& pin, const ClockReading& clock) {
  return IsAhead(pin, clock) ? "is not in force before " + MomentText(pin.period.from)
                             : "expired at " + MomentText(pin.period.until);
}

std::string PinsText(const std::vector<Pin>& pins) {
  if (pins.empty()) return "a pin, and this client has none";
  std::string text = pins.size() == 1 ? "the pin " : "one of the pins ";
  const size_t shown = std::min(pins.size(), kMostPins);
  for (size_t i = 0; i < shown; ++i) text.append(i == 0 ? "" : ", ").append(PinText(pins[i]));
  if (shown < pins.size()) text += " and " + std::to_string(pins.size() - shown) + " more";
  return text;
}

// PresentedPins has the kinds of fingerprints that can be told from those of the pins.
std::string PresentedPins(const std::vector<Pin>& pins, const PeerIdentity& identity) {
  std::string text =
      "sha256:" + HexEncode(identity.sha256) + ", spki:sha256:" + HexEncode(identity.spki_sha256);
  const auto is_sha1 = [](const Pin& pin) { return pin.kind == PinKind::kSha1; };
  if (std::any_of(pins.begin(), pins.end(), is_sha1)) text += ", sha1:" + HexEncode(identity.sha1);
  return text;
}

Finding PinFinding(const snapshot::Client& client, const PeerIdentity& identity,
                   const ClockReading& clock) {
  Finding finding;
  finding.at = client.at + "/pins";
  finding.part = kPinsPart;
  // A pin that fits and is out of its time is the likely mistake: the others are of no interest.
  const Pin* pin = FittingPin(client, identity);
  finding.expected = pin == nullptr ? PinsText(client.pins)
                                    : "a pin that is in force; the pin " + PinText(*pin) +
                                          " fits, but " + OutOfTimeText(*pin, clock);
  finding.presented = PresentedPins(client.pins, identity);
  return finding;
}

// Walk collects what makes `condition` differ from what it is there for: what admits should hold,
// what denies should not.
class Walk {
 public:
  Walk(const Facts& facts, std::vector<Finding>& findings) : facts_(facts), findings_(findings) {}

  void Explain(const Condition& condition, Sense sense) {
    const bool wanted = sense == Sense::kAdmits;
    if (findings_.size() >= kMostFindings || Holds(condition, facts_, sense) == wanted) return;
    if (condition.kind == Condition::Kind::kField) return Add(condition, sense);
    const bool is_not = condition.kind == Condition::Kind::kNot;
    for (const Condition& part : condition.parts) Explain(part, is_not ? Opposite(sense) : sense);
  }

 private:
  void Add(const Condition& field, Sense sense) {
    Finding finding;
    finding.at = field.at;
    finding.part = FieldText(field);
    finding.expected = (sense == Sense::kAdmits ? "" : "not ") + ExpectedText(field);
    finding.presented = PresentedText(field, facts_);
    const bool is_as_denied = sense == Sense::kDenies && !Holds(field, facts_, Sense::kAdmits);
    if (is_as_denied) finding.presented += DeniedText(field);
    findings_.push_back(std::move(finding));
  }

  const Facts& facts_;
  std::vector<Finding>& findings_;
};

std::string LineOf(const snapshot::Client& client, const std::vector<Finding>& findings) {
  std::string line = "client " + Quoted(client.name);
  const char* separator = ": ";
  for (const Finding& finding : findings) {
    line += std::exchange(separator, "; ") + finding.ToString();
  }
  return CutText(line, kMostLine);
}

bool LacksPinOnly(const std::vector<Finding>& findings) {
  return findings.size() == 1 && findings[0].part == kPinsPart;
}

bool Contains(const std::vector<uint32_t>& sorted, uint32_t index) {
  return std::binary_search(sorted.begin(), sorted.end(), index);
}

// RemedyText says what makes `pin`, which fits, count for its client.
std::string RemedyText(const snapshot::Client& client, const Pin& pin, const ClockReading& clock) {
  const std::string pins = " (" + client.at + "/pins)";
  std::string text =
      "the pin " + PinText(pin) + " of client " + Quoted(client.name) + " fits, but ";
  if (IsAhead(pin, clock)) {
    return text + OutOfTimeText(pin, clock) +
           ": wait until then, or set its \"notBefore\" earlier" + pins;
  }
  if (!pin.period.Contains(clock)) {
    return text + OutOfTimeText(pin, clock) + ": extend its \"expires\"" + pins;
  }
  return text + "the certificate fails that client's \"when\": look at " + client.at + "/when";
}

// RemedyOf prefers a pin in its time: then it is the condition that stands in the way.
std::string RemedyOf(const snapshot::Client& client, const PeerIdentity& identity,
                     const ClockReading& clock) {
  const std::vector<uint32_t> in_time = MatchingPins(client, identity, clock);
  const Pin& pin = in_time.empty() ? *FittingPin(client, identity) : client.pins[in_time.front()];
  return RemedyText(client, pin, clock);
}

// AddRemedies looks for whose pins fit. Whoever has a pin of this certificate is who it is meant to
// be: another client's pins are not what it lacks.
void AddRemedies(const std::vector<snapshot::Client>& all, const ClientSets& sets,
                 const PeerIdentity& identity, const ClockReading& clock, Evidence& into) {
  for (const uint32_t index : sets.candidates) {
    const snapshot::Client& client = all[index];
    if (FittingPin(client, identity) == nullptr) continue;
    into.lacks_pin_of.clear();
    const bool is_allowed =
        std::find(sets.allowed.begin(), sets.allowed.end(), index) != sets.allowed.end();
    // A client that it is already, and that the route does not allow, is the shorter way in.
    const bool helps = is_allowed || sets.matched.empty();
    if (!helps || Contains(sets.matched, index) || into.remedies.size() == kMostClients) continue;
    std::string remedy = RemedyOf(client, identity, clock);
    if (!is_allowed) remedy += "; the route does not allow that client either";
    into.remedies.push_back(std::move(remedy));
  }
}

}  // namespace

std::string Finding::ToString() const {
  return part + ": expected " + expected + ", presented " + presented;
}

std::vector<Finding> ExplainClient(const snapshot::Client& client, const PeerIdentity& identity,
                                   const ClockReading& clock) {
  std::vector<Finding> findings;
  const bool by_condition = client.unpinned && client.when.has_value();
  if (!by_condition && MatchingPins(client, identity, clock).empty()) {
    findings.push_back(PinFinding(client, identity, clock));
  }
  if (!client.when) return findings;
  const Facts facts(identity);
  Walk(facts, findings).Explain(*client.when, Sense::kAdmits);
  // A condition that fails without a part that does, such as an empty "any", is said as a whole.
  if (findings.empty() && !Holds(*client.when, facts)) {
    findings.push_back({client.at + "/when", "when", "something that can hold", "a certificate"});
  }
  return findings;
}

Evidence EvidenceOf(const std::vector<snapshot::Client>& all, const ClientSets& sets,
                    const PeerIdentity& identity, const ClockReading& clock) {
  Evidence evidence;
  for (const uint32_t index : sets.matched) {
    if (evidence.known_as.size() < kMostClients) evidence.known_as.push_back(all[index].name);
  }
  for (const uint32_t index : sets.allowed) {
    if (evidence.findings.size() == kMostClients) {
      const size_t more = sets.allowed.size() - kMostClients;
      evidence.findings.push_back("and " + std::to_string(more) + " more clients");
      break;
    }
    const snapshot::Client& client = all[index];
    const std::vector<Finding> findings = ExplainClient(client, identity, clock);
    evidence.findings.push_back(LineOf(client, findings));
    if (LacksPinOnly(findings)) evidence.lacks_pin_of.push_back(client.name);
  }
  AddRemedies(all, sets, identity, clock, evidence);
  return evidence;
}

}  // namespace pinlatch::policy
