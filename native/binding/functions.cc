// See functions.h.
#include "binding/functions.h"

#include <malloc.h>
#include <sys/prctl.h>

#include "base/encoding.h"
#include "binding/expect.h"
#include "binding/to_javascript.h"
#include "binding/wall_clock.h"
#include "crypto/provider.h"
#include "identity/describe.h"
#include "io/descriptors.h"
#include "io/notify_socket.h"
#include "keys/library.h"
#include "material/certificate_file.h"
#include "material/certificate_form.h"
#include "server/server.h"
#include "x509/digest.h"
#include "x509/subject_text.h"

namespace pinlatch::binding {
namespace {

// CertificatesIn returns those of a file that may have none.
Result<material::Certificates> CertificatesIn(ByteSpan file) {
  material::CertificateFile found =
      material::ReadCertificates(file, material::Place::kPresented, "");
  const bool has_none = found.certificates.empty() && found.misfit && !found.misfit->is_damaged;
  if (found.misfit && !has_none) {
    return Error(ErrorCode::kCertificateInvalid, found.misfit->ToString());
  }
  return std::move(found.certificates);
}

Napi::Object ToAnchor(Napi::Env env, ByteSpan der) {
  const auto parsed = tls::Certificate::ParseAnchor(der);
  const auto seconds = [env](UnixSeconds time) {
    return Napi::Number::New(env, static_cast<double>(time));
  };
  Napi::Object anchor = Napi::Object::New(env);
  anchor.Set("sha256", ToText(env, HexEncode(identity::Sha256Of(der))));
  anchor.Set("subject",
             ToText(env, parsed.ok() ? tls::SubjectText(**parsed) : tls::SubjectTextOf(der)));
  anchor.Set("notBefore", seconds(parsed.ok() ? (*parsed)->not_before() : 0));
  anchor.Set("notAfter", seconds(parsed.ok() ? (*parsed)->not_after() : 0));
  anchor.Set("problem", ToText(env, parsed.ok() ? "" : parsed.error().detail));
  return anchor;
}

}  // namespace

Napi::Value CheckSnapshot(const Napi::CallbackInfo& info) {
  if (!Expect(info, "checkSnapshot(document)", {{"document", Kind::kText}})) return {};
  const server::Findings findings = server::Server::Check(
      TextOf(info[0]), IsClockConfirmed() ? ClockReading(WallNow(), BuildDate())
                                          : ClockReading::Unconfirmed(WallNow(), BuildDate()));
  return ToIssues(info.Env(), findings.errors, findings.warnings);
}

Napi::Value CryptoProvider(const Napi::CallbackInfo& info) {
  const crypto::ProviderInUse used = crypto::CurrentProvider();
  Napi::Object provider = Napi::Object::New(info.Env());
  provider.Set("name", used.name);
  provider.Set("library", used.library);
  provider.Set("reason", used.reason);
  provider.Set("isFallback", used.is_fallback);
  return provider;
}

Napi::Value InspectCertificates(const Napi::CallbackInfo& info) {
  if (!Expect(info, "inspectCertificates(bytes)", {{"bytes", Kind::kBytes}})) return {};
  const Napi::Env env = info.Env();
  const auto certificates = CertificatesIn(BytesOf(info[0]));
  if (!certificates.ok()) {
    ToJavaScriptError(env, certificates.error()).ThrowAsJavaScriptException();
    return {};
  }
  Napi::Array identities = Napi::Array::New(env, certificates->size());
  for (uint32_t i = 0; i < certificates->size(); ++i) {
    const auto described = identity::Describe((*certificates)[i]);
    if (!described.ok()) {
      ToJavaScriptError(env, described.error()).ThrowAsJavaScriptException();
      return {};
    }
    identities.Set(i, ToIdentity(env, *described));
  }
  return identities;
}

Napi::Value InspectAnchors(const Napi::CallbackInfo& info) {
  if (!Expect(info, "inspectAnchors(bytes)", {{"bytes", Kind::kBytes}})) return {};
  const Napi::Env env = info.Env();
  const Status ready = tls::InitialiseLibrary();
  const auto certificates = CertificatesIn(BytesOf(info[0]));
  if (!ready.ok() || !certificates.ok()) {
    const Error& error = ready.ok() ? certificates.error() : ready.error();
    ToJavaScriptError(env, error).ThrowAsJavaScriptException();
    return {};
  }
  Napi::Array anchors = Napi::Array::New(env, certificates->size());
  for (uint32_t i = 0; i < certificates->size(); ++i) {
    anchors.Set(i, ToAnchor(env, (*certificates)[i]));
  }
  return anchors;
}

Napi::Value InspectSent(const Napi::CallbackInfo& info) {
  if (!Expect(info, "inspectSent(bytes)", {{"bytes", Kind::kBytes}})) return {};
  const Napi::Env env = info.Env();
  const auto certificates = CertificatesIn(BytesOf(info[0]));
  if (!certificates.ok()) {
    ToJavaScriptError(env, certificates.error()).ThrowAsJavaScriptException();
    return {};
  }
  Napi::Array sent = Napi::Array::New(env, certificates->size());
  for (uint32_t i = 0; i < certificates->size(); ++i) {
    const std::vector<uint8_t>& der = (*certificates)[i];
    if (!material::HasCertificateForm(der)) {
      const Error error(ErrorCode::kCertificateInvalid, "not a certificate");
      ToJavaScriptError(env, error).ThrowAsJavaScriptException();
      return {};
    }
    Napi::Object one = Napi::Object::New(env);
    one.Set("sha256", HexEncode(identity::Sha256Of(der)));
    sent.Set(i, one);
  }
  return sent;
}

Napi::Value Sha256(const Napi::CallbackInfo& info) {
  if (!Expect(info, "sha256(bytes)", {{"bytes", Kind::kBytes}})) return {};
  const std::optional<tls::Digest> digest = tls::HashOf(tls::Hash::kSha256, BytesOf(info[0]));
  if (!digest.has_value()) {
    ToJavaScriptError(info.Env(), Error(ErrorCode::kInternal, "out of memory"))
        .ThrowAsJavaScriptException();
    return {};
  }
  return Napi::String::New(info.Env(), HexEncode(digest->span()));
}

Napi::Value IsReaderGone(const Napi::CallbackInfo& info) {
  if (!Expect(info, "isReaderGone(descriptor)", {{"descriptor", Kind::kCount}})) return {};
  const int descriptor = info[0].As<Napi::Number>().Int32Value();
  return Napi::Boolean::New(info.Env(), io::IsReaderGone(descriptor));
}

Napi::Value NotifyServiceManager(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "notifyServiceManager(socket, text)";
  if (!Expect(info, kSignature, {{"socket", Kind::kText}, {"text", Kind::kText}})) return {};
  const Status sent = io::SendDatagram(TextOf(info[0]), TextOf(info[1]));
  if (!sent.ok()) ToJavaScriptError(info.Env(), sent.error()).ThrowAsJavaScriptException();
  return {};
}

Napi::Value ProtectMemory(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}

Napi::Value TrimMemory(const Napi::CallbackInfo& info) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  return info.Env().Undefined();
}

}  // namespace pinlatch::binding
