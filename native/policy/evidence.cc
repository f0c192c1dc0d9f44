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

// A pin that fits and is out of its time is the likely mistake: it is said first. Nothing when a
// pin fits in its time.
std::string OutOfTime(const snapshot::Client& client, const PeerIdentity& identity,
                      const ClockReading& clock) {
  const Pin* pin = FittingPin(client, identity);
  if (pin == nullptr || pin->period.Contains(clock)) return {};
  std::string text = PinText(*pin) + " fits, but ";
  text += clock.latest() < pin->period.from
              ? "is not in force before " + MomentText(pin->period.from)
              : "expired at " + MomentText(pin->period.until);
  return text + "; ";
}

std::string PinsText(const std::vector<Pin>& pins) {
  if (pins.empty()) return "a pin, and this client has none";
  std::string text = pins.size() == 1 ? "the pin " : "one of the pins ";
  const size_t shown = std::min(pins.size(), kMostPins);
  for (size_t i = 0; i < shown; ++i) text.append(i == 0 ? "" : ", ").append(PinText(pins[i]));
  if (shown < pins.size()) text += " and " + std::to_string(pins.size() - shown) + " more";
  return text;
}

Finding PinFinding(const snapshot::Client& client, const PeerIdentity& identity,
                   const ClockReading& clock) {
  Finding finding;
  finding.at = client.at + "/pins";
  finding.part = kPinsPart;
  finding.expected = OutOfTime(client, identity, clock) + PinsText(client.pins);
  finding.presented =
      "sha256:" + HexEncode(identity.sha256) + ", spki:sha256:" + HexEncode(identity.spki_sha256);
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

bool LacksPinOnly(const snapshot::Client& client, const std::vector<Finding>& findings,
                  const PeerIdentity& identity) {
  return findings.size() == 1 && findings[0].part == kPinsPart &&
         FittingPin(client, identity) == nullptr;
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

Evidence EvidenceOf(const std::vector<snapshot::Client>& all, const std::vector<uint32_t>& allowed,
                    const std::vector<uint32_t>& matched, const PeerIdentity& identity,
                    const ClockReading& clock) {
  Evidence evidence;
  for (const uint32_t index : matched) {
    if (evidence.known_as.size() < kMostClients) evidence.known_as.push_back(all[index].name);
  }
  for (const uint32_t index : allowed) {
    if (evidence.findings.size() == kMostClients) {
      const size_t more = allowed.size() - kMostClients;
      evidence.findings.push_back("and " + std::to_string(more) + " more clients");
      break;
    }
    const snapshot::Client& client = all[index];
    const std::vector<Finding> findings = ExplainClient(client, identity, clock);
    evidence.findings.push_back(LineOf(client, findings));
    if (LacksPinOnly(client, findings, identity)) evidence.lacks_pin_of.push_back(client.name);
  }
  return evidence;
}

}  // namespace pinlatch::policy
