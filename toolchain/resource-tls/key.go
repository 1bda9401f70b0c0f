package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
)

// PrivateKey makes a key pair that lives in the state.
type PrivateKey struct{}

// Annotate sets the token.
func (k *PrivateKey) Annotate(a infer.Annotator) { setToken(a, "privateKey", "PrivateKey") }

// PrivateKeyInputs are the arguments of tls.PrivateKey.
type PrivateKeyInputs struct {
	Algorithm  string  `pulumi:"algorithm"`
	EcdsaCurve *string `pulumi:"ecdsaCurve,optional"`
	RsaBits    *int    `pulumi:"rsaBits,optional"`
}

// Annotate sets the official defaults.
func (in *PrivateKeyInputs) Annotate(a infer.Annotator) {
	a.SetDefault(&in.EcdsaCurve, "P224")
	a.SetDefault(&in.RsaBits, 2048)
}

// PrivateKeyState is the key pair in the encodings that the official plugin offers.
type PrivateKeyState struct {
	PrivateKeyInputs
	PrivateKeyPem              string `pulumi:"privateKeyPem"`
	PrivateKeyPemPkcs8         string `pulumi:"privateKeyPemPkcs8"`
	PrivateKeyOpenssh          string `pulumi:"privateKeyOpenssh"`
	PublicKeyPem               string `pulumi:"publicKeyPem"`
	PublicKeyOpenssh           string `pulumi:"publicKeyOpenssh"`
	PublicKeyFingerprintMd5    string `pulumi:"publicKeyFingerprintMd5"`
	PublicKeyFingerprintSha256 string `pulumi:"publicKeyFingerprintSha256"`
}

// WireDependencies makes the private halves secret, whoever asks for them.
func (k *PrivateKey) WireDependencies(f infer.FieldSelector, _ *PrivateKeyInputs, state *PrivateKeyState) {
	f.OutputField(&state.PrivateKeyPem).AlwaysSecret()
	f.OutputField(&state.PrivateKeyPemPkcs8).AlwaysSecret()
	f.OutputField(&state.PrivateKeyOpenssh).AlwaysSecret()
}

// Create generates the key.
func (k *PrivateKey) Create(
	_ context.Context, req infer.CreateRequest[PrivateKeyInputs],
) (infer.CreateResponse[PrivateKeyState], error) {
	state := PrivateKeyState{PrivateKeyInputs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[PrivateKeyState]{Output: state}, nil
	}
	key, err := generate(req.Inputs)
	if err != nil {
		return infer.CreateResponse[PrivateKeyState]{}, err
	}
	id, err := state.encode(key)
	return infer.CreateResponse[PrivateKeyState]{ID: id, Output: state}, err
}

func generate(in PrivateKeyInputs) (crypto.Signer, error) {
	switch in.Algorithm {
	case "RSA":
		return rsa.GenerateKey(rand.Reader, *in.RsaBits)
	case "ECDSA":
		curve, known := map[string]elliptic.Curve{
			"P224": elliptic.P224(), "P256": elliptic.P256(), "P384": elliptic.P384(), "P521": elliptic.P521(),
		}[*in.EcdsaCurve]
		if !known {
			return nil, fmt.Errorf("ecdsaCurve %q is none of P224, P256, P384, P521", *in.EcdsaCurve)
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	case "ED25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	default:
		return nil, fmt.Errorf("algorithm %q is none of RSA, ECDSA, ED25519", in.Algorithm)
	}
}

// encode fills in the encodings of key and returns its id, the SHA-1 of its public half.
func (s *PrivateKeyState) encode(key crypto.Signer) (string, error) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", err
	}
	s.PrivateKeyPemPkcs8 = encodePem("PRIVATE KEY", pkcs8)
	s.PublicKeyPem = encodePem("PUBLIC KEY", public)
	switch key := key.(type) {
	case *rsa.PrivateKey:
		s.PrivateKeyPem = encodePem("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	case *ecdsa.PrivateKey:
		sec1, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return "", err
		}
		s.PrivateKeyPem = encodePem("EC PRIVATE KEY", sec1)
	default:
		s.PrivateKeyPem = s.PrivateKeyPemPkcs8
	}
	sum := sha1.Sum(public)
	id := hex.EncodeToString(sum[:])
	if *s.EcdsaCurve == "P224" && s.Algorithm == "ECDSA" {
		return id, nil // OpenSSH has no P-224
	}
	openssh, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		return "", err
	}
	sshPublic, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return "", err
	}
	s.PrivateKeyOpenssh = string(pem.EncodeToMemory(openssh))
	s.PublicKeyOpenssh = string(ssh.MarshalAuthorizedKey(sshPublic))
	s.PublicKeyFingerprintMd5 = ssh.FingerprintLegacyMD5(sshPublic)
	s.PublicKeyFingerprintSha256 = ssh.FingerprintSHA256(sshPublic)
	return id, nil
}

// parseKey reads a private key in any of the encodings above, and names its algorithm.
func parseKey(text string) (crypto.Signer, string, error) {
	key, err := ssh.ParseRawPrivateKey([]byte(text))
	if err != nil {
		return nil, "", fmt.Errorf("the private key is not readable PEM: %w", err)
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, "RSA", nil
	case *ecdsa.PrivateKey:
		return key, "ECDSA", nil
	case ed25519.PrivateKey:
		return key, "ED25519", nil
	case *ed25519.PrivateKey:
		return *key, "ED25519", nil
	default:
		return nil, "", fmt.Errorf("a private key of type %T is not supported", key)
	}
}

func encodePem(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
