package history

import (
	"os/exec"
	"syscall"
)

// guard makes git end when we do, even when we are killed, and keeps the
// keyboard's interrupt from it: we finish what is under way first.
func guard(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
