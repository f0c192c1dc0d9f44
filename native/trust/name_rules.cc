// Collects the names of a certificate and holds them against constraints.
#include "trust/name_rules.h"

#include <algorithm>

#include "base/encoding.h"
#include "identity/other_mailbox.h"
#include "names/subject_names.h"

namespace pinlatch::tls {
namespace {

// Names views into a certificate, and into `read`: the names of its subjectAltName, the mailboxes
// that stand in others of these, and what its subject amounts to.
struct Names {
  const std::vector<GeneralName>& alternative;
  std::vector<GeneralName> other_mailboxes;
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
// common name looks like does where the subjectAltName does not say it. RFC 9598 section 6 has
// mailboxes of otherNames held like the others.
Names NamesOf(const Certificate& certificate) {
  Names names{certificate.extensions().alternative_names, {}, {}, {}};
  for (const GeneralName& name : names.alternative) {
    const auto mailbox = name.kind == GeneralNameKind::kOther
                             ? identity::ReadOtherMailbox(name.value)
                             : std::nullopt;
    if (mailbox) names.other_mailboxes.push_back({GeneralNameKind::kEmail, *mailbox, {}});
  }
  if (certificate.subject().empty()) return names;
  names.of_subject.push_back(
      {GeneralNameKind::kDirectory, certificate.subject_der(), certificate.subject()});
  names.read = ReadSubjectNames(certificate.subject_der());
  names.AddTexts(GeneralNameKind::kEmail, names.read.mailboxes);
  if (names.HasAlternative(GeneralNameKind::kDns)) return names;
  names.AddTexts(GeneralNameKind::kDns, names.read.hosts);
  if (names.HasAlternative(GeneralNameKind::kIp)) return names;
  names.AddTexts(GeneralNameKind::kDns, names.read.address_texts);
  for (const AddressOctets& address : names.read.addresses)
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

std::string TextOf(std::string_view kind, std::string_view text) {
  return text.empty() ? std::string(kind) + " without text"
                      : std::string(kind) + " " + Printable(text);
}

std::string NameText(const GeneralName& name) {
  switch (name.kind) {
    case GeneralNameKind::kDns:
      return TextOf("DNS name", name.text());
    case GeneralNameKind::kEmail:
      return TextOf("e-mail address", name.text());
    case GeneralNameKind::kUri:
      return TextOf("URI", name.text());
    case GeneralNameKind::kIp:
      return "IP address 0x" + HexEncode(name.value);
    case GeneralNameKind::kDirectory:
      return "directory name";
    default:
      return "name of kind " + std::to_string(static_cast<int>(name.kind));
  }
}

// Where names stand: the operator has to find them.
constexpr std::string_view kInAlternatives = " in its subjectAltName";
constexpr std::string_view kInSubject = " in its subject";

Check ToCheck(NameVerdict verdict, const Certificate& certificate, const GeneralName& name,
              std::string_view where) {
  const auto failure = [&](Rule rule) {
    return Failure{rule, &certificate, NameText(name).append(where)};
  };
  switch (verdict) {
    case NameVerdict::kHolds:
      return std::nullopt;
    case NameVerdict::kNotPermitted:
      return failure(Rule::kNameNotPermitted);
    case NameVerdict::kExcluded:
      return failure(Rule::kNameExcluded);
    case NameVerdict::kMalformed:
      return failure(Rule::kNameMalformed);
    case NameVerdict::kUnsupported:
      return failure(Rule::kNameConstraintUnsupported);
    case NameVerdict::kLimit:
      break;
  }
  return Failure{Rule::kNameLimit, &certificate, {}};
}

Check CheckAll(const std::vector<GeneralName>& names, std::string_view where,
               const Certificate& certificate, const NameConstraints& constraints,
               uint32_t& comparisons) {
  for (const GeneralName& name : names) {
    PINLATCH_HOLD(ToCheck(HoldName(name, constraints, comparisons), certificate, name, where));
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
    for (const auto* alternative : {&names.alternative, &names.other_mailboxes}) {
      PINLATCH_HOLD(
          CheckAll(*alternative, kInAlternatives, certificate, *constraints, comparisons));
    }
    PINLATCH_HOLD(CheckAll(names.of_subject, kInSubject, certificate, *constraints, comparisons));
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
