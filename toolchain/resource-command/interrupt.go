package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

// interruption is what the commands of this plugin have to know of each other when the engine cancels.
var interruption struct {
	sync.Mutex
	sent    bool
	running int
}

// runInterruptibly runs cmd to its end. When the engine cancels, every command gets one SIGINT and the time
// it needs: one that finishes its step in good order has succeeded. The children stay in the plugin's
// process group, so that the engine's kill of that group (at a second Ctrl-C) takes them along.
func runInterruptibly(ctx context.Context, cmd *exec.Cmd) error {
	interruption.Lock()
	late := interruption.sent
	err := ctx.Err()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		interruption.running++
	}
	interruption.Unlock()
	if err != nil {
		return err
	}

	stop := context.AfterFunc(ctx, func() { interrupt(ctx, cmd, late) })
	err = cmd.Wait()
	stop()

	interruption.Lock()
	defer interruption.Unlock()
	interruption.running--
	if interruption.sent && interruption.running == 0 {
		// From here on the engine's SIGINT ends the plugin again, as it ends any other.
		signal.Reset(syscall.SIGINT)
	}
	return err
}

// interrupt tells cmd to stop; late says that cmd started after the plugin's group had been told.
func interrupt(ctx context.Context, cmd *exec.Cmd, late bool) {
	interruption.Lock()
	defer interruption.Unlock()
	timedOut := errors.Is(ctx.Err(), context.DeadlineExceeded) // this resource's customTimeouts: others go on
	ownGroup := syscall.Getpgrp() == os.Getpid()               // not so if the plugin was started by hand
	if timedOut || !ownGroup || (interruption.sent && late) {
		_ = cmd.Process.Signal(syscall.SIGINT)
		return
	}
	if interruption.sent {
		return
	}
	// The signal reaches the plugin too, which has to outlive its children to report on them.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT)
	_ = syscall.Kill(0, syscall.SIGINT)
	interruption.sent = true
}
