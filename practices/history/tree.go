package history

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// listed is one file of a tree in git.
type listed struct {
	mode, blob string
	size       int64
}

// Modes of git.
const (
	modeFile    = "100644"
	modeProgram = "100755"
)

// list gives the files of a commit by their path.
func (r *Repository) list(ctx context.Context, commit string) (map[string]listed, error) {
	out, err := r.git.run(ctx, nil, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	files := map[string]listed{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(about)
		if !ok || len(f) != 4 {
			continue
		}
		size, _ := strconv.ParseInt(f[3], 10, 64) // "-" for a submodule
		files[name] = listed{mode: f[0], blob: f[2], size: size}
	}
	return files, nil
}

// Tree is the published entries at a commit, as [practices.Load] reads them,
// without what is suppressed now. Files are read from git when they are asked
// for, some ahead in the order in which a walk comes to them. It may be used for as long as the repository is open.
func (r *Repository) Tree(ctx context.Context, commit string) (fs.FS, error) {
	files, err := r.list(ctx, commit)
	if err != nil {
		return nil, err
	}
	hidden, err := r.suppressed(ctx)
	if err != nil {
		return nil, err
	}
	for name, f := range files {
		if _, hide := hidden[f.blob]; hide || strings.HasPrefix(name, metaDir+"/") || !fs.ValidPath(name) {
			delete(files, name)
		}
	}
	return r.treeOf(ctx, files), nil
}

// Earlier is a tree of files as they last were good: the newest version of each
// that the judge takes. A file that never was is not in it.
func (r *Repository) Earlier(ctx context.Context, names []string, good func(name string, data []byte) bool) (fs.FS, error) {
	files := map[string]listed{}
	for _, name := range names {
		versions, err := r.versionsAt(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if v.Suppressed {
				continue
			}
			o, err := r.objects.read(ctx, v.Blob)
			if err != nil {
				return nil, err
			}
			if good(name, o.data) {
				files[name] = listed{mode: modeFile, blob: v.Blob, size: int64(o.size)}
				break
			}
		}
	}
	return r.treeOf(ctx, files), nil
}

// treeOf makes a file system of files.
func (r *Repository) treeOf(ctx context.Context, files map[string]listed) *tree {
	t := &tree{ctx: context.WithoutCancel(ctx), objects: r.objects, files: files, folders: map[string][]fs.DirEntry{".": nil}, ahead: map[string][]byte{}}
	for name, f := range files {
		t.enter(name, entry{name: path.Base(name), listed: f})
	}
	t.order = slices.Sorted(maps.Keys(files))
	for _, entries := range t.folders {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return t
}

// A tree is a commit's files as a file system.
type tree struct {
	ctx     context.Context
	objects *objects
	files   map[string]listed
	folders map[string][]fs.DirEntry

	mu    sync.Mutex
	order []string          // of the files that nobody has read yet
	ahead map[string][]byte // read and not yet asked for
}

// readAhead is how many files are read at once, and how much of them at most:
// larger files are read when they are asked for.
const (
	readAhead     = 64
	readAheadSize = 64 << 10
)

// enter puts a file or folder in the list of its folder, and makes that.
func (t *tree) enter(name string, e entry) {
	folder := path.Dir(name)
	if _, known := t.folders[folder]; !known {
		t.enter(folder, entry{name: path.Base(folder), folder: true})
	}
	t.folders[folder] = append(t.folders[folder], e)
	if e.folder {
		t.folders[name] = nil
	}
}

func (t *tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if entries, ok := t.folders[name]; ok {
		return &openFolder{entry: entry{name: path.Base(name), folder: true}, entries: entries}, nil
	}
	f, ok := t.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	data, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &openFile{entry: entry{name: path.Base(name), listed: f}, Reader: strings.NewReader(string(data))}, nil
}

// ReadFile reads a file from git.
func (t *tree) ReadFile(name string) ([]byte, error) {
	f, ok := t.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	if f.mode != modeFile && f.mode != modeProgram {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a plain file")}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if data, ok := t.ahead[name]; ok {
		delete(t.ahead, name)
		return data, nil
	}
	names := t.next(name)
	blobs := make([]string, len(names))
	for i, n := range names {
		blobs[i] = t.files[n].blob
	}
	found, err := t.objects.readAll(t.ctx, blobs)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	for i, o := range found[1:] {
		t.ahead[names[i+1]] = o.data
	}
	return found[0].data, nil
}

// next is a file and those that a walk would come to after it, unless they
// have been read.
func (t *tree) next(name string) []string {
	names := []string{name}
	at, unread := slices.BinarySearch(t.order, name)
	if !unread {
		return names
	}
	end := at + 1
	for ; end < len(t.order) && end-at < readAhead; end++ {
		if f := t.files[t.order[end]]; f.mode == modeFile && f.size <= readAheadSize {
			names = append(names, t.order[end])
		}
	}
	t.order = slices.Delete(t.order, at, end)
	return names
}

// ReadDir lists a folder by name.
func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, ok := t.folders[name]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(entries), nil
}

// An entry is a file or folder as a list shows it. Git keeps no times.
type entry struct {
	name   string
	folder bool
	listed
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.folder }
func (e entry) Type() fs.FileMode          { return e.Mode().Type() }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
func (e entry) Size() int64                { return e.size }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Sys() any                   { return nil }

// Mode tells a plain file from all else that git can hold.
func (e entry) Mode() fs.FileMode {
	switch {
	case e.folder:
		return fs.ModeDir | 0o555
	case e.mode == modeFile, e.mode == modeProgram:
		return 0o444
	case e.mode == "120000":
		return fs.ModeSymlink | 0o444
	}
	return fs.ModeIrregular
}

type openFile struct {
	entry
	*strings.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *openFile) Close() error               { return nil }
func (f *openFile) Size() int64                { return f.entry.Size() }

type openFolder struct {
	entry
	entries []fs.DirEntry
	read    int
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *openFolder) Close() error               { return nil }
func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("is a folder")}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := f.entries[f.read:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && len(rest) > n {
		rest = rest[:n]
	}
	f.read += len(rest)
	return slices.Clone(rest), nil
}
