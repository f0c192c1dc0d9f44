// VerifyChain of functions.h: an options object to tls::TrustBundle and tls::Verify, and the
// verdict back.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "keys/library.h"
#include "material/certificate_file.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"
#include "x509/subject_text.h"

namespace pinlatch::binding {
namespace {

constexpr const char* kSignature = "verifyChain(request)";

std::optional<Properties> ReadProperties(const Napi::Object& object) {
  return Properties::Read(object, kSignature,
                          {
                              {"ca", Kind::kBytes},
                              {"chain", Kind::kBytes},
                              {"crls", Kind::kBytesList},
                              {"time", Kind::kUnixSeconds},
                              {"purpose", Kind::kText},
                              {"maxDepth", Kind::kCount, true},
                              {"minRsaBits", Kind::kCount, true},
                              {"crlRequired", Kind::kFlag, true},
                              {"unlistedIssuersPass", Kind::kFlag, true},
                          });
}

// SettingsOf is the trust entry of a configuration that asks for the same. Without lists, and
// without a demand for them, revocation is not looked at: as in a configuration without "crl".
snapshot::Trust SettingsOf(const Properties& properties, bool has_lists) {
  snapshot::Trust trust;
  trust.max_depth = CountOf(properties["maxDepth"], trust.max_depth);
  trust.min_rsa_bits = CountOf(properties["minRsaBits"], trust.min_rsa_bits);
  if (!has_lists && !FlagOf(properties["crlRequired"])) return trust;
  trust.revocation.emplace();
  trust.revocation->accept_unlisted_issuers = FlagOf(properties["unlistedIssuersPass"]);
  return trust;
}

Result<tls::Purpose> ParsePurpose(const std::string& name) {
  if (name == "client") return tls::Purpose::kClientAuth;
  if (name == "server") return tls::Purpose::kServerAuth;
  return Error(ErrorCode::kInternal, "purpose must be \"client\" or \"server\"");
}

// Judgement owns what the views of its verdict point into.
struct Judgement {
  std::shared_ptr<const tls::TrustBundle> trust;
  std::vector<std::vector<uint8_t>> chain;
  tls::Verdict verdict;
};

Result<Judgement> Judge(const Properties& properties) {
  PINLATCH_TRY(tls::InitialiseLibrary());
  PINLATCH_ASSIGN(const tls::Purpose purpose, ParsePurpose(TextOf(properties["purpose"])));
  const std::vector<ByteSpan> lists = BytesListOf(properties["crls"]);
  Judgement judgement;
  PINLATCH_ASSIGN(judgement.trust,
                  tls::TrustBundle::FromBytes(SettingsOf(properties, !lists.empty()),
                                              BytesOf(properties["ca"]), lists));
  auto chain = material::SplitCertificates(BytesOf(properties["chain"]));
  if (!chain.ok()) return Error(chain.error().code, "chain: " + chain.error().detail);
  judgement.chain = *std::move(chain);
  const std::vector<ByteSpan> presented(judgement.chain.begin(), judgement.chain.end());
  judgement.verdict = tls::Verify({.chain = presented,
                                   .trust = *judgement.trust,
                                   .purpose = purpose,
                                   .now = properties["time"].As<Napi::Number>().Int64Value(),
                                   .limits = judgement.trust->limits()});
  return judgement;
}

// Of a certificate that was accepted: it can be read.
std::string SubjectOfAccepted(ByteSpan der) {
  const auto parsed = tls::Certificate::ParseAnchor(der);
  return parsed.ok() ? tls::SubjectText(**parsed) : "a certificate that cannot be read";
}

Napi::Object ToVerdict(Napi::Env env, const Judgement& judgement) {
  const tls::Verdict& verdict = judgement.verdict;
  Napi::Object object =
      verdict.accepted() ? Napi::Object::New(env) : ToRefusal(env, *verdict.refusal);
  object.Set("ok", Napi::Boolean::New(env, verdict.accepted()));
  std::vector<std::string> left_out;
  for (const tls::LeftOut& one : judgement.trust->left_out()) left_out.push_back(one.ToString());
  object.Set("leftOut", ToTexts(env, left_out));
  if (!verdict.accepted()) return object;
  Napi::Array path = Napi::Array::New(env, verdict.path.size());
  for (uint32_t i = 0; i < verdict.path.size(); ++i)
    path.Set(i, SubjectOfAccepted(verdict.path[i]));
  object.Set("path", path);
  return object;
}

}  // namespace

Napi::Value VerifyChain(const Napi::CallbackInfo& info) {
  if (!Expect(info, kSignature, {{"request", Kind::kObject}})) return {};
  const std::optional<Properties> properties = ReadProperties(info[0].As<Napi::Object>());
  if (!properties) return {};
  const Result<Judgement> judgement = Judge(*properties);
  if (!judgement.ok()) {
    ToJavaScriptError(info.Env(), judgement.error()).ThrowAsJavaScriptException();
    return {};
  }
  return ToVerdict(info.Env(), *judgement);
}

}  // namespace pinlatch::binding
