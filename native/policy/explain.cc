// See explain.h.
#include "policy/explain.h"

#include <algorithm>
#include <utility>

#include "base/cut_text.h"
#include "base/encoding.h"
#include "policy/condition.h"
#include "policy/condition_text.h"
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

std::string PinText(const Pin& pin) {
  const std::string digits =
      HexEncode(ByteSpan(pin.value).first(pin.kind == PinKind::kSha1 ? 20 : 32));
  std::string text = pin.kind == PinKind::kSha256 ? "sha256:"
                     : pin.kind == PinKind::kSha1 ? "sha1:"
                                                  : "spki:sha256:";
  text += digits;
  return pin.label.empty() ? text : text + " (" + Quoted(pin.label) + ")";
}

// A pin that fits and is out of its time is the likely mistake: it is said first.
std::string OutOfTime(const snapshot::Client& client, const PeerIdentity& identity,
                      UnixSeconds now) {
  std::string text;
  for (const Pin& pin : client.pins) {
    if (FitsPin(pin, identity) == 0 || pin.period.Contains(now)) continue;
    text += PinText(pin) + " fits, but ";
    text += now < pin.period.from ? "is not in force before " + MomentText(pin.period.from)
                                  : "expired at " + MomentText(pin.period.until);
    text += "; ";
    break;
  }
  return text;
}

std::string PinsText(const std::vector<Pin>& pins) {
  if (pins.empty()) return "nobody: there is no pin";
  std::string text = pins.size() == 1 ? "the pin " : "one of the pins ";
  const size_t shown = std::min(pins.size(), kMostPins);
  for (size_t i = 0; i < shown; ++i) text.append(i == 0 ? "" : ", ").append(PinText(pins[i]));
  if (shown < pins.size()) text += " and " + std::to_string(pins.size() - shown) + " more";
  return text;
}

Finding PinFinding(const snapshot::Client& client, const PeerIdentity& identity, UnixSeconds now) {
  Finding finding;
  finding.at = client.at + "/pins";
  finding.part = "pins";
  finding.expected = OutOfTime(client, identity, now) + PinsText(client.pins);
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

}  // namespace

std::string Finding::ToString() const {
  return part + ": expected " + expected + ", presented " + presented;
}

std::vector<Finding> ExplainClient(const snapshot::Client& client, const PeerIdentity& identity,
                                   UnixSeconds now) {
  std::vector<Finding> findings;
  const bool by_condition = client.unpinned && client.when.has_value();
  if (!by_condition && MatchingPins(client, identity, now).empty()) {
    findings.push_back(PinFinding(client, identity, now));
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

std::vector<std::string> ExplainClients(const std::vector<snapshot::Client>& all,
                                        const std::vector<uint32_t>& clients,
                                        const PeerIdentity& identity, UnixSeconds now) {
  std::vector<std::string> lines;
  for (const uint32_t index : clients) {
    if (lines.size() == kMostClients) {
      lines.push_back("and " + std::to_string(clients.size() - kMostClients) + " more clients");
      break;
    }
    std::string line = "client " + Quoted(all[index].name);
    const char* separator = ": ";
    for (const Finding& finding : ExplainClient(all[index], identity, now)) {
      line += std::exchange(separator, "; ") + finding.ToString();
    }
    lines.push_back(CutText(line, kMostLine));
  }
  return lines;
}

}  // namespace pinlatch::policy
