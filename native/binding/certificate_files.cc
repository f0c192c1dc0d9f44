// The functions of functions.h about files with certificates: an open file or bytes to
// material::ReadCertificates, and what it found back. Private keys that are read stay here, and are
// wiped.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "base/pem.h"
#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "material/certificate_file.h"
#include "material/secret_bytes.h"
#include "revocation/crl_blocks.h"

namespace pinlatch::binding {
namespace {

using material::CertificateFile;
using material::Place;
using material::SecretBytes;

struct PlaceName {
  std::string_view name;
  Place place;
};

constexpr PlaceName kPlaces[] = {
    {"own", Place::kOwn}, {"authorities", Place::kAuthorities}, {"presented", Place::kPresented}};

// ReadPlace throws when there is no such place.
std::optional<Place> ReadPlace(const Napi::CallbackInfo& info, const Napi::Value& value) {
  const std::string name = TextOf(value);
  for (const PlaceName& one : kPlaces) {
    if (one.name == name) return one.place;
  }
  Napi::TypeError::New(info.Env(), "a place must be \"own\", \"authorities\" or \"presented\"")
      .ThrowAsJavaScriptException();
  return std::nullopt;
}

// ReadAll reads a whole regular file that JavaScript has opened. It throws an error of the system.
std::optional<SecretBytes> ReadAll(const Napi::CallbackInfo& info, int fd) {
  struct stat status {};
  ssize_t got = fstat(fd, &status);
  SecretBytes bytes(got == 0 ? static_cast<size_t>(status.st_size) : 0);
  for (size_t at = 0; got >= 0 && at < bytes.size(); at += static_cast<size_t>(got)) {
    got = pread(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR)
      got = 0;
    else if (got == 0)
      bytes.Shorten(at);  // it became shorter while it was read
  }
  if (got >= 0) return bytes;
  const Error error(ErrorCode::kFileUnreadable, "the file cannot be read");
  ToJavaScriptError(info.Env(), error).ThrowAsJavaScriptException();
  return std::nullopt;
}

Napi::Object ToProblem(Napi::Env env, const material::Misfit& misfit) {
  Napi::Object problem = Napi::Object::New(env);
  problem.Set("found", ToText(env, misfit.found));
  problem.Set("expected", ToText(env, misfit.expected));
  if (!misfit.fix.empty()) problem.Set("fix", ToText(env, misfit.fix));
  return problem;
}

Napi::Value ToCertificateFile(Napi::Env env, const CertificateFile& file) {
  Napi::Array certificates = Napi::Array::New(env, file.certificates.size());
  for (uint32_t i = 0; i < file.certificates.size(); ++i) {
    const std::vector<uint8_t>& der = file.certificates[i];
    certificates.Set(i, Napi::Buffer<uint8_t>::Copy(env, der.data(), der.size()));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("certificates", certificates);
  object.Set("holdsPrivateKey", Napi::Boolean::New(env, file.holds_private_key));
  object.Set("problem", file.misfit ? ToProblem(env, *file.misfit).As<Napi::Value>() : env.Null());
  const bool is_unknown = file.misfit && (file.misfit->kind == material::Kind::kText ||
                                          file.misfit->kind == material::Kind::kBytes);
  object.Set("isUnknown", Napi::Boolean::New(env, is_unknown));
  return object;
}

}  // namespace

Napi::Value ReadCertificates(const Napi::CallbackInfo& info) {
  if (!Expect(info, "readCertificates(bytes, place, path)",
              {{"bytes", Kind::kBytes}, {"place", Kind::kText}, {"path", Kind::kText}})) {
    return {};
  }
  const std::optional<Place> place = ReadPlace(info, info[1]);
  if (!place) return {};
  return ToCertificateFile(info.Env(),
                           material::ReadCertificates(BytesOf(info[0]), *place, TextOf(info[2])));
}

Napi::Value ReadCertificateFile(const Napi::CallbackInfo& info) {
  if (!Expect(info, "readCertificateFile(fd, place, path)",
              {{"fd", Kind::kCount}, {"place", Kind::kText}, {"path", Kind::kText}})) {
    return {};
  }
  const std::optional<Place> place = ReadPlace(info, info[1]);
  if (!place) return {};
  const auto file = ReadAll(info, info[0].As<Napi::Number>().Int32Value());
  if (!file) return {};
  return ToCertificateFile(info.Env(),
                           material::ReadCertificates(file->span(), *place, TextOf(info[2])));
}

Napi::Value PublicPartOf(const Napi::CallbackInfo& info) {
  if (!Expect(info, "publicPartOf(fd, isSecret)",
              {{"fd", Kind::kCount}, {"isSecret", Kind::kFlag}}))
    return {};
  const Napi::Env env = info.Env();
  const auto file = ReadAll(info, info[0].As<Napi::Number>().Int32Value());
  if (!file) return {};
  const CertificateFile found = material::ReadCertificates(file->span(), Place::kOwn, "");
  const bool is_private =
      FlagOf(info[1]) || found.holds_private_key || IsPrivate(material::Recognise(file->span()));
  if (!is_private) return Napi::Buffer<uint8_t>::Copy(env, file->data(), file->size());
  if (found.misfit) return env.Null();
  std::string text;
  for (const auto& der : found.certificates) text += PemEncode("CERTIFICATE", der);
  return Napi::Buffer<uint8_t>::Copy(env, AsBytes(text).data(), text.size());
}

Napi::Value ProblemOfLists(const Napi::CallbackInfo& info) {
  if (!Expect(info, "problemOfLists(bytes, path)",
              {{"bytes", Kind::kBytes}, {"path", Kind::kText}})) {
    return {};
  }
  const auto lists = tls::SplitRevocationLists(BytesOf(info[0]), TextOf(info[1]));
  return ToText(info.Env(), lists.ok() ? "" : lists.error().detail);
}

}  // namespace pinlatch::binding
