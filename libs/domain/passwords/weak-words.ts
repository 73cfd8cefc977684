/**
 * Base terms that weak passwords are built on: our own compilation. Variants (capitals, look-alike characters, one
 * wrong letter) need no entry of their own, nor do repetitions and keyboard walks: see `strength.ts`.
 */
export const weakWords: readonly string[] = `
password passwort passwd passcode passphrase passw mypass secret geheim senha parola wachtwoord
kennwort contrasena motdepasse pasuwaado anshou himitsu
admin administrator administrateur root system sysadmin superuser supervisor operator manager service server backup
guest user username default setup install oracle cisco vmware windows linux ubuntu debian docker kubernetes
login logon signin welcome welkom willkommen bienvenue bienvenido benvenuto youkoso irasshai hello hallo bonjour
changeme changeit change letmein letmeon opensesame openup access account temp temporary test tester testing demo
sample example trial initial newuser newpass reset unlock locked recover forgot forgotten remember
office company business corporate employee staff helpdesk support finance payroll sales marketing
internet network router modem wireless wifi computer laptop desktop keyboard monitor printer mobile phone iphone
android samsung nokia apple google microsoft amazon facebook twitter instagram youtube netflix yahoo gmail outlook
hotmail azure office365 sharepoint teams skype teamviewer citrix dropbox github gitlab

monkey dragon tiger lion eagle falcon wolf bear panda horse pony puppy doggy kitty kitten kitkat rabbit bunny
turtle dolphin shark snake spider scorpion phoenix unicorn butterfly penguin chicken turkey hamster
sunshine rainbow moonlight starlight summer winter spring autumn flower flowers rose lily jasmine daisy orchid violet
princess prince queen king angel angels heaven devil demon satan killer hunter ranger master shadow ninja samurai
warrior knight wizard merlin hacker pirate soldier soldat superman batman spiderman ironman avengers thor hulk
starwars startrek skywalker yoda vader jedi matrix gandalf frodo hobbit hogwarts potter pokemon pikachu mario zelda
naruto sasuke goku dragonball doraemon totoro ghibli gundam onepiece luffy hellokitty sailormoon conan
minecraft fortnite roblox warcraft starcraft nintendo playstation xbox counter tetris
football soccer baseball basketball hockey tennis golf cricket rugby volley swimming skating skiing judo karate
aikido kendo sumo liverpool arsenal chelsea barcelona realmadrid juventus bayern dortmund manchester united
yankees lakers cowboys steelers eagles patriots packers redsox raiders broncos hanshin giants carp softbank
ferrari porsche mercedes corvette mustang camaro harley yamaha honda toyota nissan suzuki subaru mazda toyotomi
guitar piano music metallica nirvana beatles eminem slipknot blink182 arashi
cheese cookie chocolate coffee banana orange cherry strawberry peach pepper ginger butter sugar candy honey
pizza burger pasta sushi ramen tempura onigiri mochi matcha curry guinness whiskey vodka tequila

love lover lovely loveme iloveyou iloveu loveyou ilove myself baby babygirl babyboy sweet sweetie sweety sexy darling
honeybun friend friends forever family mother father mommy daddy mama papa sister brother happy lucky smile peace
freedom liberty justice america england london paris berlin madrid roma moscow tokyo osaka kyoto nagoya sapporo
yokohama fukuoka kobe sendai hiroshima okinawa hokkaido kanagawa saitama chiba shibuya shinjuku ginza akihabara
japan nihon nippon china korea seoul beijing shanghai india delhi mumbai france germany deutschland italia espana
canada toronto sydney australia brasil mexico russia newyork california texas florida chicago boston

michael jordan michelle jennifer jessica ashley amanda daniel andrew joshua matthew charlie george thomas robert
william jonathan christopher nicole elizabeth hannah samantha sophie maggie buster bailey cooper tucker rocky
oliver oscar felix simba molly chester barney snoopy garfield scooby mickey minnie donald winnie
taro hanako ichiro jiro saburo kenji takashi hiroshi satoshi makoto kazuki kaito haruto yuuto yuuki daiki ryota
shouta takumi naoki tomoko yuuko keiko kyoko sachiko naomi mariko akiko yoko yumi mayumi misaki nanami haruka
tanaka satou takahashi watanabe yamamoto nakamura kobayashi katou yoshida yamada sasaki yamaguchi matsumoto
inoue kimura hayashi shimizu saitou

sakura fujisan himawari tsubaki momiji hanami matsuri natsu haru fuyu hoshi sora kaze hikari kokoro
yume tomodachi kazoku arigatou konnichiwa konbanwa ohayou sayonara kawaii daisuki aishiteru suki otaku neko
usagi kuma tori kitsune tanuki ryuu kame sakana inochi tenshi akuma yuki tsuki taiyou aozora nezumi
ganbatte ganbaru genki otousan okaasan oniisan oneesan senpai sensei shachou kaisha gakkou daigaku keitai denwa
nintama oshiete naisho tokumei

january february march april june july august september october november december
janvier fevrier juillet januar februar oktober dezember
monday tuesday wednesday thursday friday saturday sunday
ichigatsu nigatsu sangatsu shigatsu gogatsu rokugatsu shichigatsu hachigatsu kugatsu juugatsu
getsuyoubi kayoubi suiyoubi mokuyoubi kinyoubi doyoubi nichiyoubi
1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 2010 2011 2012
2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028 2029 2030 showa heisei reiwa
christmas xmas easter halloween newyear birthday holiday weekend morning midnight

trustno1 abc123 abcd12 a1b2c3 1a2b3c 123abc 123123 112233 121212 131313 123321 696969 159753 147258 258456 142536
passpass qwe123 qweasd qweqwe asdasd zxczxc asd123 zxc123 1qazxsw2 q1w2e3 q1w2e3r4 qazwsx adgjmp aabbcc
blahblah whatever nothing something anything nobody somebody none null void undefined
fuckyou fuckoff fuck shit bitch asshole bastard dickhead pussy cunt pimp poop bullshit goddamn
money dollar cash gold silver diamond platinum crystal emerald sapphire bitcoin ethereum crypto wallet bank credit
blue black white green purple yellow brown pink colour color
genesis jesus christ godisgood blessed blessing amen church faith hope grace gospel buddha allah bismillah mohammed
`
  .trim()
  .split(/\s+/);

/** Rows a finger or a child's song runs along, forwards or backwards. */
export const walks: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  '01234567890123',
  '32109876543210',
  'qwertyuiop@[',
  'poiuytrewq',
  'asdfghjkl;:',
  'lkjhgfdsa',
  'zxcvbnm,./',
  'mnbvcxz',
  'qwertzuiop',
  'azertyuiop',
  '!"#$%&\'()',
  '!@#$%^&*()_+',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  'zaqxswcdevfrbgtnhymjukilop',
];
