// Collects the names of a certificate and holds them against constraints.
#include "tls/name_rules.h"

#include <algorithm>

#include "base/encoding.h"
#include "tls/distinguished_name.h"

namespace pinlatch::tls {
namespace {

// Names views into a certificate: those of its subjectAltName, and those that its subject amounts
// to.
struct Names {
  const std::vector<GeneralName>& alternative;
  std::vector<GeneralName> of_subject;
};

Names NamesOf(const Certificate& certificate) {
  Names names{certificate.extensions().alternative_names, {}};
  if (certificate.subject().empty()) return names;
  names.of_subject.push_back(
      {GeneralNameKind::kDirectory, certificate.subject_der(), certificate.subject()});
  const bool has_mailbox =
      std::any_of(names.alternative.begin(), names.alternative.end(),
                  [](const GeneralName& n) { return n.kind == GeneralNameKind::kEmail; });
  if (has_mailbox) return names;
  const std::optional<std::vector<std::string_view>> mailboxes =
      EmailAttributes(certificate.subject_der());
  if (!mailboxes) return names;
  for (const std::string_view mailbox : *mailboxes) {
    names.of_subject.push_back({GeneralNameKind::kEmail, AsBytes(mailbox), {}});
  }
  return names;
}

// What a peer wrote, fit for one line of a log.
std::string Printable(std::string_view text) {
  constexpr size_t kMost = 256;
  std::string printable;
  for (const char c : text.substr(0, kMost)) {
    const bool is_plain = c >= 0x20 && c < 0x7f && c != '\\';
    printable += is_plain ? std::string(1, c) : "\\x" + HexEncode(AsBytes(std::string_view(&c, 1)));
  }
  return text.size() > kMost ? printable + "..." : printable;
}

std::string NameText(const GeneralName& name) {
  switch (name.kind) {
    case GeneralNameKind::kDns:
      return "DNS name " + Printable(name.text());
    case GeneralNameKind::kEmail:
      return "e-mail address " + Printable(name.text());
    case GeneralNameKind::kUri:
      return "URI " + Printable(name.text());
    case GeneralNameKind::kIp:
      return "IP address 0x" + HexEncode(name.value);
    case GeneralNameKind::kDirectory:
      return "a directory name";
    default:
      return "a name of kind " + std::to_string(static_cast<int>(name.kind));
  }
}

Check ToCheck(NameVerdict verdict, const Certificate& certificate, const GeneralName& name) {
  switch (verdict) {
    case NameVerdict::kHolds:
      return std::nullopt;
    case NameVerdict::kNotPermitted:
      return Failure{Rule::kNameNotPermitted, &certificate, NameText(name)};
    case NameVerdict::kExcluded:
      return Failure{Rule::kNameExcluded, &certificate, NameText(name)};
    case NameVerdict::kMalformed:
      return Failure{Rule::kNameMalformed, &certificate, NameText(name)};
    case NameVerdict::kUnsupported:
      return Failure{Rule::kNameConstraintUnsupported, &certificate, NameText(name)};
    case NameVerdict::kLimit:
      break;
  }
  return Failure{Rule::kNameLimit, &certificate, {}};
}

Check CheckAll(const std::vector<GeneralName>& names, const Certificate& certificate,
               const NameConstraints& constraints, uint32_t& comparisons) {
  for (const GeneralName& name : names) {
    PINLATCH_HOLD(ToCheck(HoldName(name, constraints, comparisons), certificate, name));
  }
  return std::nullopt;
}

}  // namespace

Check CheckNames(const Certificate& certificate, bool is_target, const Path& above,
                 uint32_t& comparisons) {
  if (certificate.is_self_issued() && !is_target) return std::nullopt;
  const bool is_constrained =
      std::any_of(above.begin(), above.end(), [](const Certificate* authority) {
        return authority->extensions().name_constraints.has_value();
      });
  if (!is_constrained) return std::nullopt;
  const Names names = NamesOf(certificate);
  for (const Certificate* authority : above) {
    const std::optional<NameConstraints>& constraints = authority->extensions().name_constraints;
    if (!constraints) continue;
    if (constraints->is_unsupported)
      return Failure{Rule::kNameConstraintUnsupported, authority, {}};
    PINLATCH_HOLD(CheckAll(names.alternative, certificate, *constraints, comparisons));
    PINLATCH_HOLD(CheckAll(names.of_subject, certificate, *constraints, comparisons));
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
