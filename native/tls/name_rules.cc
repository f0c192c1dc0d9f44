// Collects the names of a certificate and holds them against constraints.
#include "tls/name_rules.h"

#include <algorithm>

#include "base/encoding.h"
#include "tls/subject_names.h"

namespace pinlatch::tls {
namespace {

// Names views into a certificate, and into `read`: the names of its subjectAltName, and those that
// its subject amounts to.
struct Names {
  const std::vector<GeneralName>& alternative;
  SubjectNames read;
  std::vector<GeneralName> of_subject;

  bool HasAlternative(GeneralNameKind kind) const {
    return std::any_of(alternative.begin(), alternative.end(),
                       [&](const GeneralName& name) { return name.kind == kind; });
  }
  void AddTexts(GeneralNameKind kind, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) of_subject.push_back({kind, AsBytes(text), {}});
  }
};

// RFC 5280 has mailboxes of the subject held only where the subjectAltName has none, and common
// names never. Conditions ask for both, so mailboxes always count here, as with OpenSSL, and what a
// common name looks like does where the subjectAltName does not say it.
Names NamesOf(const Certificate& certificate) {
  Names names{certificate.extensions().alternative_names, {}, {}};
  if (certificate.subject().empty()) return names;
  names.of_subject.push_back(
      {GeneralNameKind::kDirectory, certificate.subject_der(), certificate.subject()});
  names.read = ReadSubjectNames(certificate.subject_der());
  names.AddTexts(GeneralNameKind::kEmail, names.read.mailboxes);
  if (names.HasAlternative(GeneralNameKind::kDns)) return names;
  names.AddTexts(GeneralNameKind::kDns, names.read.hosts);
  if (names.HasAlternative(GeneralNameKind::kIp)) return names;
  for (const identity::AddressOctets& address : names.read.addresses)
    names.of_subject.push_back({GeneralNameKind::kIp, address.span(), {}});
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
