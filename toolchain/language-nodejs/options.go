package main

import (
	"os"

	"gopkg.in/yaml.v3"
)

// Later language hosts get the project's runtime options with every request. This one takes them as flags, which
// the engine no longer passes: so the one that the stack uses is read from the project file, in whose folder the
// engine starts the host.
func init() {
	if content, err := os.ReadFile("Pulumi.yaml"); err == nil && !typescriptWanted(content) {
		os.Args = append([]string{os.Args[0], "-typescript=false"}, os.Args[1:]...)
	}
}

// typescriptWanted tells whether programs are to be compiled at their start: runtime.options.typescript, which is
// true when it is absent. A project file that cannot be read is the engine's to refuse.
func typescriptWanted(projectFile []byte) bool {
	var project struct {
		Runtime yaml.Node `yaml:"runtime"`
	}
	var runtime struct {
		Options struct {
			Typescript *bool `yaml:"typescript"`
		} `yaml:"options"`
	}
	if yaml.Unmarshal(projectFile, &project) != nil || project.Runtime.Decode(&runtime) != nil {
		return true
	}
	return runtime.Options.Typescript == nil || *runtime.Options.Typescript
}
