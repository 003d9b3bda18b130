package review

import (
	"strings"
	"unicode"
)

// common are the words that guessed passwords are made of, in the languages of
// the catalogue. A password of nothing but these, digits and marks is refused,
// so the list stands for all their combinations.
var common = strings.Fields(`
	password passwort passwd contrasena contraseña motdepasse senha pass secret secreto segredo changeme letmein welcome bienvenido bienvenue
	bemvindo login user usuario utilisateur admin administrator administrador root guest invitado test testing default temp temporary master
	hello hola bonjour salut ola iloveyou teamo jetaime teamo love amor amour princess princesa princesse sunshine monkey dragon football
	futbol baseball soccer superman batman pokemon starwars shadow michael jordan charlie daniel maria jose juan carlos ana pedro paulo
	mohamed muhammad ahmed ali fatima hassan summer winter spring autumn verano invierno verao inverno ete hiver january february march april
	may june july august september october november december enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
	diciembre janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre monday tuesday wednesday thursday friday
	saturday sunday the a i my is this mi es mon ma meu minha your you me we all one two three uno dos tres un deux trois um dois
	computer internet google facebook windows apple samsung android iphone microsoft oracle cisco server database
	freedom libertad liberte liberdade peace paz paix familia family famille god dios dieu deus jesus allah angel secure security
	opendoor open door catalogue practice practices detention alternatives migration migrant refugee asylum editor reviewer trainer
	correct horse battery staple qwerty azerty qwertz trustno access granted flower cookie cheese chocolate orange banana ginger
	killer hunter ranger buster thomas robert andrew joshua jessica ashley nicole michelle matrix phoenix mustang harley corvette
	london paris madrid lisboa mexico brasil brazil spain france portugal espana colombia argentina real barcelona chelsea arsenal liverpool
	and for of to in it is no yes not de la el le les con por para pour avec com
	new old big good best super happy lucky blue red green black white gold silver star moon sun sky
`)

// rows are what fingers find without thinking.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm",
	"1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm",
}

// plain undoes the spellings that are thought to hide a word.
var plain = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t", "8", "b")

// guessable says whether a password is among those that are tried first.
func guessable(password string, personal ...string) bool {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	if len(different) < 5 || breached(password) {
		return true
	}
	words := append([]string{}, common...)
	for _, p := range personal {
		words = append(words, strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return !unicode.IsLetter(r) })...)
	}
	lower := strings.ToLower(password)
	return made(letters(lower), words) || made(letters(plain.Replace(lower)), words) || inRows(lower)
}

// letters takes the digits and marks of a keyboard out of a text.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, s)
}

// made says whether a text is nothing but words one after the other, but for
// two letters.
func made(s string, words []string) bool {
	// left[i] is the least number of letters of s[:i] that no word covers.
	left := make([]int, len(s)+1)
	for i := 1; i <= len(s); i++ {
		left[i] = left[i-1] + 1
		for _, w := range words {
			if len(w) > 0 && len(w) <= i && strings.HasSuffix(s[:i], w) {
				left[i] = min(left[i], left[i-len(w)])
			}
		}
	}
	return left[len(s)] <= 2
}

// inRows says whether a text is made of pieces of rows, forwards or backwards,
// of three keys or more, but for two characters.
func inRows(s string) bool {
	free := 0
	for i := 0; i < len(s); {
		n := 0
		for _, row := range rows {
			for _, r := range []string{row, reversed(row)} {
				for n+i < len(s) && strings.Contains(r, s[i:i+n+1]) {
					n++
				}
			}
		}
		if n < 3 {
			n = 1
			free++
		}
		i += n
	}
	return free <= 2
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
