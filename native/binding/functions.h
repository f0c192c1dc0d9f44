// Owns the functions of the addon that need no gateway: what the command line tools use.
#pragma once

#include <napi.h>

namespace pinlatch::binding {

// checkSnapshot(document: string): issue[]; a gateway would serve it when none is an
// error.
Napi::Value CheckSnapshot(const Napi::CallbackInfo& info);

// reviewRoutes(document: string): { at, route, by, path, ways, bySlash, byCase }[], the routes that
// are passed by (policy::FindPassedRoutes), at most kMostPassedRoutes; throws.
Napi::Value ReviewRoutes(const Napi::CallbackInfo& info);

// cryptoProvider(): { name, library, reason }, of what this process computes with.
Napi::Value CryptoProvider(const Napi::CallbackInfo& info);

// inspectCertificates(bytes: Uint8Array): identity[], of every certificate in PEM or DER; throws.
Napi::Value InspectCertificates(const Napi::CallbackInfo& info);

// inspectAnchors(bytes: Uint8Array): { sha256, subject, notBefore, notAfter, problem }[], of every
// certificate in PEM or DER as a trust bundle reads it; `problem` says why one cannot be used, and
// with one the subject may be empty and times are 0. Throws when the text cannot be cut.
Napi::Value InspectAnchors(const Napi::CallbackInfo& info);

// inspectSent(bytes: Uint8Array): { sha256 }[], of every certificate in PEM or DER, whatever its
// keys and signatures are; throws for what is none.
Napi::Value InspectSent(const Napi::CallbackInfo& info);

// readCertificates(bytes: Uint8Array, place: string, path: string): { certificates: Buffer[],
// holdsPrivateKey: boolean, problem: { found, expected, fix? } | null, isUnknown: boolean },
// the DER of the certificates of a file, PEM or DER, that is for a place: "own", "authorities" or
// "presented"; `path` is for the words of the problem. isUnknown: it is of no known format.
Napi::Value ReadCertificates(const Napi::CallbackInfo& info);

// readCertificateFile(fd: number, place: string, path: string) is that of an open file. A private
// key in it never enters JavaScript. Throws when the system does not read it.
Napi::Value ReadCertificateFile(const Napi::CallbackInfo& info);

// publicPartOf(fd: number, isSecret: boolean): Buffer | null, what an open file for certificates
// holds; of one that is secret or has a private key in it, the certificates alone, in PEM, and null
// where there are none. Throws likewise.
Napi::Value PublicPartOf(const Napi::CallbackInfo& info);

// problemOfLists(bytes: Uint8Array, path: string): string, why no revocation lists can be cut out
// of a file; '' when they can.
Napi::Value ProblemOfLists(const Napi::CallbackInfo& info);

// sha256(bytes: Uint8Array): string, lower-case hexadecimal.
Napi::Value Sha256(const Napi::CallbackInfo& info);

// issueCertificate(request: object): void; the properties are those of tls::IssueRequest; throws.
Napi::Value IssueCertificate(const Napi::CallbackInfo& info);

// verifyChain(request: object): verdict, by the verifier that judges a listener's clients. The
// request has ca, chain (PEM or DER), crls (an array of either), time (Unix seconds) and purpose
// ("client" or "server"), and may have maxDepth, minRsaBits, crlRequired and unlistedIssuersPass. A
// verdict is { ok: true, path: string[] } with the subjects from leaf to anchor, or { ok: false,
// code, rule, section, certificate, detail, remedy, reason }; either has leftOut: string[], the
// certificates of `ca` that cannot be used. Throws when an input cannot be read.
Napi::Value VerifyChain(const Napi::CallbackInfo& info);

// runDry(request: object): dryRun, the dry run of one request. The request has document,
// listener, method, host, path, time (Unix seconds), and chain (PEM or DER) unless the client
// presents none. A dry run is { handshake, chain, presented, request, path, route,
// allowedMethods, matched, client } of server::DryRun, with null for what is not there. Throws
// when an input cannot be used.
Napi::Value RunDry(const Napi::CallbackInfo& info);

// listedWriters(path: string, ofNewFiles: boolean): { users: number[], groups: number[],
// owningGroup: boolean, everybody: boolean } | null: whom the access control list of a file or
// folder lets write (tls::AccessHolders), or the default list of a folder; null without a list.
// Throws when it cannot be read.
Napi::Value ListedWriters(const Napi::CallbackInfo& info);

// isReaderGone(descriptor: number): boolean, as io::IsReaderGone.
Napi::Value IsReaderGone(const Napi::CallbackInfo& info);

// notifyServiceManager(socket: string, text: string): void, to what $NOTIFY_SOCKET names; throws.
Napi::Value NotifyServiceManager(const Napi::CallbackInfo& info);

// protectMemory(): boolean. From now on no other process of this user reads this one's memory, by a
// debugger or by /proc, and none of it goes to a core dump (prctl(2), PR_SET_DUMPABLE). False: the
// system refuses.
Napi::Value ProtectMemory(const Napi::CallbackInfo& info);

// trimMemory(): void. Gives free memory of the native heap back to the system, where the C library
// does not do so by itself (glibc keeps what lies below anything that is still in use).
Napi::Value TrimMemory(const Napi::CallbackInfo& info);

}  // namespace pinlatch::binding
